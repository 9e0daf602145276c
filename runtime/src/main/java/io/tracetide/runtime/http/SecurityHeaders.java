package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;

/**
 * What every answer tells a browser: guess no types, run only our own files, sit in no frame, tell
 * other sites nothing of ours, keep no copy. Answers of services get them as defaults they may
 * override.
 *
 * <p>The referrer policy is {@code same-origin} and not {@code no-referrer}, with which browsers
 * send {@code Origin: null} along with forms, so that their origin could not be checked.
 */
final class SecurityHeaders {
  static final HttpHeaders ALL =
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
