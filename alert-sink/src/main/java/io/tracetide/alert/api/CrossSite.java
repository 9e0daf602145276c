package io.tracetide.alert.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.tracetide.runtime.http.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a page of another site makes a browser send. A browser adds no token, so a
 * request with one is sent on purpose. A form cannot send JSON, and a script of another site cannot
 * without a preflight request.
 */
final class CrossSite {

  private CrossSite() {}

  /** Checks a request that changes something. */
  static void check(ApiCall call) {
    RequestHeaders headers = call.request().headers();
    @Nullable MediaType type = headers.contentType();
    if (headers.method() == HttpMethod.POST && (type == null || !type.is(MediaType.JSON))) {
      throw new ProblemException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "Unsupported Media Type",
          "the Content-Type must be application/json");
    }
    checkOrigin(headers);
  }

  /** Checks a request without a body. */
  static void checkOrigin(RequestHeaders headers) {
    @Nullable String origin = headers.get(HttpHeaderNames.ORIGIN);
    if (origin != null
        && !headers.contains(HttpHeaderNames.AUTHORIZATION)
        && !isOwn(origin, headers.authority())) {
      throw Replies.forbidden("pages of other origins may not change alerts without a token");
    }
  }

  private static boolean isOwn(String origin, @Nullable String authority) {
    try {
      @Nullable String from = new URI(origin).getRawAuthority();
      return from != null
          && authority != null
          && from.toLowerCase(Locale.ROOT).equals(authority.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
