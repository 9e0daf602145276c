package io.tracetide.runtime.meter;

import java.util.Map;

/** Names and descriptions of the listener's meters. */
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
          "Refused requests answered 429, because of too many failures of their address",
          TOKENS,
          "Tokens that are configured",
          RELOADS,
          "Reloads of the file of tokens, by outcome",
          CERTIFICATE_EXPIRES,
          "Expiry of the listener's certificate, in seconds since the epoch");

  private ListenerMeters() {}
}
