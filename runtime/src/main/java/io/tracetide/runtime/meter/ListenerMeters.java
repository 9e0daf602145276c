package io.tracetide.runtime.meter;

import java.util.Map;

/** Names of the listener's meters, and what they mean. */
public final class ListenerMeters {
  public static final String DENIED = "tracetide.listener.denied";
  public static final String UNANSWERED = "tracetide.listener.denied.unanswered";
  public static final String TOKENS = "tracetide.listener.tokens";
  public static final String RELOADS = "tracetide.listener.tokens.reloads";
  public static final String CERTIFICATE_EXPIRES = "tracetide.listener.certificate.expires";

  static final Map<String, String> HELP =
      Map.of(
          DENIED,
          "Requests refused for lack of a token that opens the route, by cause",
          UNANSWERED,
          "Refused requests answered 429, because their address had failed too often",
          TOKENS,
          "Tokens that are configured",
          RELOADS,
          "Reloads of the file of tokens, by outcome",
          CERTIFICATE_EXPIRES,
          "When the listener's certificate ends, in seconds since the epoch");

  private ListenerMeters() {}
}
