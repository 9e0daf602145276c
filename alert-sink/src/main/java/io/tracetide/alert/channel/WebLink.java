package io.tracetide.alert.channel;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Checks links that are part of a message. A runbook address comes from the annotations of an
 * alert, so it may be any text, for example {@code javascript:}.
 */
public final class WebLink {
  private static final int MAX_LENGTH = 4_096;

  /** Whether the text is an absolute http or https address. */
  public static boolean isSafe(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    try {
      URI uri = new URI(text);
      return ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private WebLink() {}
}
