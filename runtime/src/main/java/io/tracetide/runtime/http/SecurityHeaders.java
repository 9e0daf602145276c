package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;

/**
 * What every answer tells a browser: guess no types, run only our own files, sit in no frame, send
 * no referrer, keep no copy. Answers of services get them as defaults they may override.
 */
final class SecurityHeaders {
  static final HttpHeaders ALL =
      HttpHeaders.of(
          HttpHeaderNames.X_CONTENT_TYPE_OPTIONS,
          "nosniff",
          HttpHeaderNames.CONTENT_SECURITY_POLICY,
          "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
          HttpHeaderNames.REFERRER_POLICY,
          "no-referrer",
          HttpHeaderNames.CACHE_CONTROL,
          "no-store");

  private SecurityHeaders() {}
}
