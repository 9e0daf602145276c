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
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RequestRefusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An HTTP endpoint, whose content type selects the format of the body. */
public final class IngestService implements HttpService {

  private final Map<String, PayloadFormat> formats;
  private final PayloadFormat fallback;
  private final BodyReceiver receiver;

  /**
   * Serves one path.
   *
   * @param formats by content type
   * @param fallback encodes the response to an unsupported content type
   */
  public IngestService(
      Map<String, PayloadFormat> formats, PayloadFormat fallback, BodyReceiver receiver) {
    this.formats = Map.copyOf(formats);
    this.fallback = fallback;
    this.receiver = receiver;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
    PayloadFormat format = format(req);
    if (format == null) {
      return refuse(
          req,
          fallback,
          "Content-Type must be one of "
              + String.join(", ", formats.keySet().stream().sorted().toList()));
    }
    String coding = coding(req);
    boolean gzip = coding.equals("gzip") || coding.equals("x-gzip");
    if (!gzip && !coding.isEmpty()) {
      return refuse(req, format, "Content-Encoding must be gzip or identity");
    }
    return HttpResponse.of(
        receiver
            .submit(ctx, req, format, 0, bytes -> new Message(Payload.of(bytes), gzip))
            .thenApply(reply -> respond(format, reply)));
  }

  private @Nullable PayloadFormat format(HttpRequest req) {
    MediaType type = req.contentType();
    return type == null ? null : formats.get(type.type() + "/" + type.subtype());
  }

  /** The content encodings other than identity, in lower case. */
  private static String coding(HttpRequest req) {
    return req.headers().getAll(HttpHeaderNames.CONTENT_ENCODING).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(value -> value.strip().toLowerCase(Locale.ROOT))
        .filter(value -> !value.isEmpty() && !value.equals("identity"))
        .collect(Collectors.joining(", "));
  }

  private HttpResponse refuse(HttpRequest req, PayloadFormat format, String detail) {
    Reply reply = receiver.ingest().refuse(format, RequestRefusal.UNSUPPORTED_MEDIA_TYPE, detail);
    HttpResponse answer =
        respond(format, reply)
            .mapHeaders(
                headers ->
                    headers.toBuilder()
                        .set(HttpHeaderNames.ACCEPT_ENCODING, "gzip, identity")
                        .build());
    return HttpResponse.of(BodyReceiver.afterBody(req, CompletableFuture.completedFuture(answer)));
  }

  private static HttpResponse respond(PayloadFormat format, Reply reply) {
    ResponseHeadersBuilder headers = ResponseHeaders.builder();
    if (reply instanceof Reply.Refused refused) {
      headers.status(refused.refusal().status());
      if (!refused.retryAfter().isZero()) {
        headers.set(HttpHeaderNames.RETRY_AFTER, seconds(refused));
      }
    } else {
      headers.status(format.acceptedStatus());
    }
    PayloadFormat.Answer answer = reply.answer();
    if (answer.body().length > 0 || !answer.contentType().isEmpty()) {
      headers.contentType(MediaType.parse(answer.contentType()));
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(answer.body()));
  }

  /** Rounded up: a client that retries early is refused again. */
  private static String seconds(Reply.Refused refused) {
    return Long.toString(refused.retryAfter().plusNanos(999_999_999).toSeconds());
  }
}
