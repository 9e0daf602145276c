package io.tracetide.gateway.record;

import io.tracetide.runtime.privacy.Masker;
import java.time.Instant;

/** Creates the record batch of each request. Thread-safe. */
public final class RecordBatches {

  private final EventLimits limits;
  private final BodyLimits body;
  private final RecordEncoder encoder;
  private final Masker masker;
  private final KnownTexts known;

  public RecordBatches(EventLimits limits, BodyLimits body, RecordEncoder encoder, Masker masker) {
    this.limits = limits;
    this.body = body;
    this.encoder = encoder;
    this.masker = masker;
    this.known = new KnownTexts(masker);
  }

  public BodyLimits bodyLimits() {
    return body;
  }

  /**
   * Starts the batch of a request.
   *
   * @param tenant owner of its records
   * @param now when it was received
   * @param room from which the memory of its records is reserved
   */
  public RecordBatchBuilder start(String tenant, Instant now, InFlight.Share room) {
    return new RecordBatchBuilder(tenant, now, limits, body, encoder, masker, known, room);
  }
}
