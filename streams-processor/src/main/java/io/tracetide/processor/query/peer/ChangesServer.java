package io.tracetide.processor.query.peer;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.peer.message.MalformedMessageException;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.runtime.http.ProblemResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Sends the changes of this instance to the other instances that follow them. */
final class ChangesServer implements Consumer<ServerBuilder> {
  static final String PATH = "/internal/changes";

  private static final int MOST_FEEDS = 256;
  private static final int MAX_REQUEST_BYTES = 4_096;
  private static final long SIGN_OF_LIFE = Duration.ofSeconds(1).toNanos();

  private final AnomalyFormat format;
  private final int maxBytes;
  private final CopyOnWriteArrayList<OutgoingFeed> feeds = new CopyOnWriteArrayList<>();

  ChangesServer(AnomalyFormat format, int maxBytes) {
    this.format = format;
    this.maxBytes = maxBytes;
  }

  @Override
  public void accept(ServerBuilder server) {
    server
        .route()
        .post(PATH)
        .maxRequestLength(MAX_REQUEST_BYTES)
        .build(
            (context, request) ->
                HttpResponse.of(request.aggregate().thenApply(whole -> respond(context, whole))));
  }

  private HttpResponse respond(ServiceRequestContext context, AggregatedHttpRequest request) {
    Optional<Kind> kind;
    try {
      String name = MessageFormat.CHANGES_REQUEST.decode(request.content().array()).getKind();
      kind = Arrays.stream(Kind.values()).filter(one -> one.name().equals(name)).findFirst();
    } catch (MalformedMessageException e) {
      return problem(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
    if (kind.isEmpty()) {
      return problem(HttpStatus.BAD_REQUEST, "The kind of changes is unknown.");
    }
    if (feeds.size() >= MOST_FEEDS) {
      return problem(HttpStatus.SERVICE_UNAVAILABLE, "Too many instances follow the changes.");
    }
    context.clearRequestTimeout();
    HttpResponseWriter out = HttpResponse.streaming();
    out.write(
        ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, MediaType.OCTET_STREAM));
    feeds.add(new OutgoingFeed(kind.get(), out, format, maxBytes));
    return out;
  }

  private static HttpResponse problem(HttpStatus status, String detail) {
    return ProblemResponse.of(status, "Request failed", detail);
  }

  /** What the other instances follow. */
  Set<Kind> kinds() {
    feeds.removeIf(feed -> !feed.isOpen());
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    feeds.forEach(feed -> kinds.add(feed.kind()));
    return kinds;
  }

  void offer(StateChange change) {
    feeds.forEach(feed -> feed.offer(change));
  }

  /** Sends what was offered. */
  void flush(long breaks, long nowNanos) {
    feeds.forEach(feed -> feed.flush(breaks, nowNanos, SIGN_OF_LIFE));
  }

  void close() {
    feeds.forEach(OutgoingFeed::close);
  }
}
