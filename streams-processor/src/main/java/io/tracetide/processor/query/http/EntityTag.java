package io.tracetide.processor.query.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;

/** Comparison of the tag of an answer with those that a client has. */
final class EntityTag {
  private static final String WEAK = "W/";

  private EntityTag() {}

  /** Whether the client has the answer with this tag: {@code If-None-Match} of RFC 9110. */
  static boolean isKnown(HttpRequest request, String tag) {
    for (String list : request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH)) {
      for (String each : list.split(",", -1)) {
        String known = each.strip();
        if (known.equals("*") || opaque(known).equals(opaque(tag))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String opaque(String tag) {
    return tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag;
  }
}
