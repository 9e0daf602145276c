package io.tracetide.schemas.size;

import org.apache.kafka.common.errors.RecordTooLargeException;

/** A record was not sent because it is larger than {@link RecordLimits#RECORD_BYTES}. */
public final class OversizedRecordException extends RecordTooLargeException {

  private static final long serialVersionUID = 1L;

  OversizedRecordException(String topic, long bytes) {
    super(
        "a record for %s has %d bytes, at most %d are sent"
            .formatted(topic, bytes, RecordLimits.RECORD_BYTES));
  }
}
