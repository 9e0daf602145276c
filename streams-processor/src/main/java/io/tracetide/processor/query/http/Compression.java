package io.tracetide.processor.query.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.encoding.EncodingService;
import java.util.function.Function;

/** Compression of answers, for clients that accept it. */
final class Compression {

  private Compression() {}

  /**
   * Compresses the answers of types that are worth it.
   *
   * @param vary request headers that an answer depends on; Armeria replaces them by its own
   */
  static Function<HttpService, HttpService> of(String vary) {
    return service -> varying(service.decorate(EncodingService.newDecorator()), vary);
  }

  /** The same for answers of all types. */
  static Function<HttpService, HttpService> ofAllTypes(String vary) {
    return service ->
        varying(
            service.decorate(
                EncodingService.builder().encodableContentTypes(type -> true).newDecorator()),
            vary);
  }

  private static HttpService varying(HttpService encoded, String vary) {
    return encoded.decorate(
        (service, context, request) ->
            service
                .serve(context, request)
                .mapHeaders(
                    headers -> headers.toBuilder().set(HttpHeaderNames.VARY, vary).build()));
  }
}
