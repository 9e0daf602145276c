package io.tracetide.gateway.receive;

import io.tracetide.gateway.record.InFlight;
import java.util.concurrent.CompletableFuture;

/** A body that is on its way in. */
@FunctionalInterface
public interface RequestBody {

  /**
   * Starts to receive it.
   *
   * @param room where it takes the memory that it needs
   * @return fails with a {@link io.tracetide.gateway.record.RefusedRequestException} when the body
   *     is not acceptable, with a {@link CutOffException} when its sender hung up
   */
  CompletableFuture<Message> receive(InFlight.Share room);
}
