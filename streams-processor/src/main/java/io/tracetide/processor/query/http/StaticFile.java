package io.tracetide.processor.query.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;

/**
 * A file that does not change while the process runs. A client that has it gets 304.
 *
 * @param tag ETag of the content
 * @param cacheControl how long a client may use it without asking
 * @param contentPolicy Content-Security-Policy of a page
 */
public record StaticFile(MediaType type, String tag, String cacheControl, String contentPolicy) {
  private static final String VARY = "Accept-Encoding";

  /** Serves this content at a path. */
  public void serve(ServerBuilder server, String path, byte[] content) {
    server
        .route()
        .path(path)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .decorator(Compression.of(VARY))
        .build((context, request) -> respond(request, content));
  }

  private HttpResponse respond(HttpRequest request, byte[] content) {
    boolean known = EntityTag.isKnown(request, tag);
    ResponseHeaders headers =
        ResponseHeaders.builder(known ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
            .contentType(type)
            .set(HttpHeaderNames.ETAG, tag)
            .set(HttpHeaderNames.CACHE_CONTROL, cacheControl)
            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, contentPolicy)
            .build();
    return known ? HttpResponse.of(headers) : HttpResponse.of(headers, HttpData.wrap(content));
  }
}
