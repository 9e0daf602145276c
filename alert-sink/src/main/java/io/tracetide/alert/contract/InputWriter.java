package io.tracetide.alert.contract;

import io.tracetide.schemas.AlertInput;
import java.time.Instant;

/** Writes inputs of the decision as records of their topic. */
public final class InputWriter {

  /**
   * An input.
   *
   * @param input an {@code Anomaly}, {@code ExternalAlert}, {@code AlertCommand}, {@code TimerTick}
   *     or {@code AlertRecord}
   */
  public static AlertInput input(String tenant, Instant receivedAt, Object input) {
    return AlertInput.newBuilder()
        .setTenantId(tenant)
        .setReceivedAt(receivedAt)
        .setInput(input)
        .build();
  }

  private InputWriter() {}
}
