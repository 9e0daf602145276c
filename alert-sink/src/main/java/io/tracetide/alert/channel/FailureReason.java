package io.tracetide.alert.channel;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Why a delivery failed, for machines: in the notification log and as a metric label. */
public enum FailureReason {
  /** No response within the timeout. */
  TIMEOUT,
  /** No connection. */
  CONNECT_FAILED,
  /** The connection was closed before the response. */
  CONNECTION_LOST,
  /** The host name cannot be resolved now. */
  UNKNOWN_HOST,
  /** The host's certificate or protocol is not acceptable. */
  TLS_FAILED,
  /** The address is not permitted. */
  BLOCKED_ADDRESS,
  /** The receiver limits the rate of requests. */
  RATE_LIMITED,
  /** The response is a server error. */
  SERVER_ERROR,
  /** The receiver refuses the credentials. */
  UNAUTHORIZED,
  /** The response is a client error. */
  CLIENT_ERROR,
  /** The response is a redirect, which is not followed. */
  REDIRECTED,
  /** Any other response. */
  UNEXPECTED_ANSWER,
  /** The message exceeds what the receiver accepts, even when it is shortened. */
  TOO_LARGE,
  /** No receiver of that name is configured. */
  UNKNOWN_RECEIVER,
  /** The attempt was interrupted by a shutdown. */
  INTERRUPTED,
  /** The notification cannot be decoded now, because the schema registry is unavailable. */
  REGISTRY_UNAVAILABLE,
  /** A defect of Tracetide. */
  INTERNAL_ERROR;

  /** The reason in the words of Alertmanager's meters. */
  public String category() {
    return switch (this) {
      case RATE_LIMITED, UNAUTHORIZED, CLIENT_ERROR, REDIRECTED, TOO_LARGE -> "clientError";
      case SERVER_ERROR -> "serverError";
      case TIMEOUT -> "contextDeadlineExceeded";
      case INTERRUPTED -> "contextCanceled";
      default -> "other";
    };
  }

  /** All categories. */
  public static Set<String> categories() {
    return Arrays.stream(values())
        .map(FailureReason::category)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** As a metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
