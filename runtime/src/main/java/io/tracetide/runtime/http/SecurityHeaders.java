package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;

/**
 * Security headers of every response: no content sniffing, only own files, no frames, no referrer
 * to other sites, no caching. Services may override them.
 *
 * <p>The referrer policy is {@code same-origin} and not {@code no-referrer}, with which browsers
 * send {@code Origin: null} along with forms, so that their origin could not be checked.
 */
public final class SecurityHeaders {

  /** The fields of the header. */
  public static final HttpHeaders ALL =
      HttpHeaders.of(
          HttpHeaderNames.X_CONTENT_TYPE_OPTIONS,
          "nosniff",
          HttpHeaderNames.CONTENT_SECURITY_POLICY,
          "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
          HttpHeaderNames.REFERRER_POLICY,
          "same-origin",
          HttpHeaderNames.CACHE_CONTROL,
          "no-store");

  private SecurityHeaders() {}
}
