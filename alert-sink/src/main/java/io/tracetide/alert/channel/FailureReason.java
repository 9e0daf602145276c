package io.tracetide.alert.channel;

import java.util.Locale;

/** Why a delivery failed, for machines: in the notification log and as a metric label. */
public enum FailureReason {
  /** No answer in time. */
  TIMEOUT,
  /** No connection. */
  CONNECT_FAILED,
  /** The connection broke before an answer came. */
  CONNECTION_LOST,
  /** The name of the host is not known now. */
  UNKNOWN_HOST,
  /** The host's certificate or protocol is not acceptable. */
  TLS_FAILED,
  /** The address may not be reached from here. */
  BLOCKED_ADDRESS,
  /** The answer asks for less, later. */
  RATE_LIMITED,
  /** The answer blames the server. */
  SERVER_ERROR,
  /** The answer does not accept our credentials. */
  UNAUTHORIZED,
  /** The answer blames the request. */
  CLIENT_ERROR,
  /** The answer points elsewhere, which is not followed. */
  REDIRECTED,
  /** The answer is none of the above. */
  UNEXPECTED_ANSWER,
  /** Nobody of that name is configured. */
  UNKNOWN_RECEIVER,
  /** The try was cut short by a shutdown. */
  INTERRUPTED,
  /** The notification cannot be read now, the schema registry does not answer. */
  REGISTRY_UNAVAILABLE,
  /** A fault of ours. */
  INTERNAL_ERROR;

  /** As a metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
