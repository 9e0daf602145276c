package io.tracetide.gateway.ingest;

import io.tracetide.gateway.intake.InFlight;
import java.util.concurrent.CompletableFuture;

/** A body that is on its way in. */
@FunctionalInterface
public interface Arrival {

  /**
   * Starts to receive it.
   *
   * @param room where it takes the memory that it needs
   * @return fails with a {@link io.tracetide.gateway.intake.RefusedRequestException} when the body
   *     is not acceptable, with a {@link CutOffException} when its sender hung up
   */
  CompletableFuture<Message> receive(InFlight.Share room);
}
