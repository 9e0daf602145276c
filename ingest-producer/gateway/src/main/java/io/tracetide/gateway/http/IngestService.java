package io.tracetide.gateway.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.gateway.ingest.Message;
import io.tracetide.gateway.ingest.Reply;
import io.tracetide.gateway.intake.Dialect;
import io.tracetide.gateway.intake.RequestRefusal;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint over plain HTTP: the content type names the dialect, the content coding whether the
 * body is to be inflated, and the status says what became of it.
 */
public final class IngestService implements HttpService {

  private final Map<String, Dialect> dialects;
  private final Dialect fallback;
  private final Entrance entrance;

  /**
   * Serves one path.
   *
   * @param dialects by content type
   * @param fallback answers a content type that none of them reads
   */
  public IngestService(Map<String, Dialect> dialects, Dialect fallback, Entrance entrance) {
    this.dialects = Map.copyOf(dialects);
    this.fallback = fallback;
    this.entrance = entrance;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
    Dialect dialect = dialect(req);
    if (dialect == null) {
      return refuse(
          fallback,
          "Content-Type must be one of "
              + String.join(", ", dialects.keySet().stream().sorted().toList()));
    }
    String coding =
        req.headers()
            .get(HttpHeaderNames.CONTENT_ENCODING, "identity")
            .toLowerCase(Locale.ROOT)
            .strip();
    boolean gzip = coding.equals("gzip") || coding.equals("x-gzip");
    if (!gzip && !coding.isEmpty() && !coding.equals("identity")) {
      return refuse(dialect, "Content-Encoding must be gzip or identity");
    }
    return HttpResponse.of(
        entrance
            .submit(ctx, req, dialect, 0, bytes -> Message.of(bytes, gzip))
            .thenApply(reply -> respond(dialect, reply)));
  }

  private @Nullable Dialect dialect(HttpRequest req) {
    MediaType type = req.contentType();
    return type == null ? null : dialects.get(type.type() + "/" + type.subtype());
  }

  private HttpResponse refuse(Dialect dialect, String detail) {
    return respond(
        dialect, entrance.ingest().refuse(dialect, RequestRefusal.UNSUPPORTED_MEDIA_TYPE, detail));
  }

  private static HttpResponse respond(Dialect dialect, Reply reply) {
    ResponseHeadersBuilder headers = ResponseHeaders.builder();
    if (reply instanceof Reply.Refused refused) {
      headers.status(refused.refusal().status());
      if (!refused.retryAfter().isZero()) {
        headers.set(HttpHeaderNames.RETRY_AFTER, seconds(refused));
      }
    } else {
      headers.status(dialect.acceptedStatus());
    }
    Dialect.Answer answer = reply.answer();
    if (answer.body().length > 0 || !answer.contentType().isEmpty()) {
      headers.contentType(MediaType.parse(answer.contentType()));
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(answer.body()));
  }

  /** Rounded up: a sender that is a moment early is refused again. */
  private static String seconds(Reply.Refused refused) {
    return Long.toString(refused.retryAfter().plusNanos(999_999_999).toSeconds());
  }
}
