package io.tracetide.alert.channel.topic;

import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The result of a delivery by the exception of the producer. Only names of exceptions are shown,
 * because messages may have values of the configuration.
 */
final class KafkaVerdict {

  static DeliveryResult of(Throwable failure, String topic) {
    if (isCausedBy(failure, UnknownTopicOrPartitionException.class)) {
      return Retryable.because(
          FailureReason.UNEXPECTED_ANSWER, "the topic " + topic + " does not exist");
    }
    if (isCausedBy(failure, AuthorizationException.class)) {
      return new Rejected(
          FailureReason.UNAUTHORIZED, "no permission to write to the topic " + topic);
    }
    if (isCausedBy(failure, AuthenticationException.class)) {
      // The sink itself has the same credentials, so this is a matter of the brokers.
      return Retryable.because(FailureReason.UNAUTHORIZED, "the brokers refuse the credentials");
    }
    if (isCausedBy(failure, RecordTooLargeException.class)) {
      return new Rejected(
          FailureReason.TOO_LARGE, "the record is larger than the producer or the topic allows");
    }
    if (isCausedBy(failure, InvalidTopicException.class)) {
      return new Rejected(FailureReason.CLIENT_ERROR, "the brokers refuse the name " + topic);
    }
    if (isCausedBy(failure, TimeoutException.class)) {
      return Retryable.because(
          FailureReason.TIMEOUT, "the brokers have not acknowledged the record in time");
    }
    if (isCausedBy(failure, RetriableException.class)) {
      return Retryable.because(
          FailureReason.SERVER_ERROR, "not written: " + failure.getClass().getSimpleName());
    }
    if (isCausedBy(failure, ConfigException.class)) {
      return Retryable.because(
          FailureReason.CONNECT_FAILED, "no producer: its brokers or settings are not usable now");
    }
    return Retryable.because(
        FailureReason.UNEXPECTED_ANSWER, "not written: " + failure.getClass().getSimpleName());
  }

  /** Whether the producer may not be usable any more. */
  static boolean isFatal(Throwable failure) {
    return !(failure instanceof RetriableException)
        && !(failure instanceof AuthorizationException)
        && !(failure instanceof RecordTooLargeException)
        && !(failure instanceof InvalidTopicException);
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private KafkaVerdict() {}
}
