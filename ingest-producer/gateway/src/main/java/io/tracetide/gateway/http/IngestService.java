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
import io.tracetide.gateway.receive.Message;
import io.tracetide.gateway.receive.Reply;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RequestRefusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint over plain HTTP: the content type names the dialect, the content coding whether the
 * body is to be inflated, and the status says what became of it.
 */
public final class IngestService implements HttpService {

  private final Map<String, PayloadFormat> dialects;
  private final PayloadFormat fallback;
  private final BodyReceiver entrance;

  /**
   * Serves one path.
   *
   * @param dialects by content type
   * @param fallback answers a content type that none of them reads
   */
  public IngestService(
      Map<String, PayloadFormat> dialects, PayloadFormat fallback, BodyReceiver entrance) {
    this.dialects = Map.copyOf(dialects);
    this.fallback = fallback;
    this.entrance = entrance;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
    PayloadFormat dialect = dialect(req);
    if (dialect == null) {
      return refuse(
          req,
          fallback,
          "Content-Type must be one of "
              + String.join(", ", dialects.keySet().stream().sorted().toList()));
    }
    String coding = coding(req);
    boolean gzip = coding.equals("gzip") || coding.equals("x-gzip");
    if (!gzip && !coding.isEmpty()) {
      return refuse(req, dialect, "Content-Encoding must be gzip or identity");
    }
    return HttpResponse.of(
        entrance
            .submit(ctx, req, dialect, 0, bytes -> Message.of(bytes, gzip))
            .thenApply(reply -> respond(dialect, reply)));
  }

  private @Nullable PayloadFormat dialect(HttpRequest req) {
    MediaType type = req.contentType();
    return type == null ? null : dialects.get(type.type() + "/" + type.subtype());
  }

  /** What was done to the body, in lower case; a list in which nothing was done is empty. */
  private static String coding(HttpRequest req) {
    return req.headers().getAll(HttpHeaderNames.CONTENT_ENCODING).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(value -> value.strip().toLowerCase(Locale.ROOT))
        .filter(value -> !value.isEmpty() && !value.equals("identity"))
        .collect(Collectors.joining(", "));
  }

  private HttpResponse refuse(HttpRequest req, PayloadFormat dialect, String detail) {
    Reply reply = entrance.ingest().refuse(dialect, RequestRefusal.UNSUPPORTED_MEDIA_TYPE, detail);
    HttpResponse answer =
        respond(dialect, reply)
            .mapHeaders(
                headers ->
                    headers.toBuilder()
                        .set(HttpHeaderNames.ACCEPT_ENCODING, "gzip, identity")
                        .build());
    return HttpResponse.of(BodyReceiver.afterBody(req, CompletableFuture.completedFuture(answer)));
  }

  private static HttpResponse respond(PayloadFormat dialect, Reply reply) {
    ResponseHeadersBuilder headers = ResponseHeaders.builder();
    if (reply instanceof Reply.Refused refused) {
      headers.status(refused.refusal().status());
      if (!refused.retryAfter().isZero()) {
        headers.set(HttpHeaderNames.RETRY_AFTER, seconds(refused));
      }
    } else {
      headers.status(dialect.acceptedStatus());
    }
    PayloadFormat.Answer answer = reply.answer();
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
