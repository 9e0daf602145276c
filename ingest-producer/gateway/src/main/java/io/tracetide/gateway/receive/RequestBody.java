package io.tracetide.gateway.receive;

import io.tracetide.gateway.record.InFlight;
import java.util.concurrent.CompletableFuture;

/** A body that has not been received yet. */
@FunctionalInterface
public interface RequestBody {

  /**
   * Receives the body.
   *
   * @param room from which its memory is reserved
   * @return fails with a {@link io.tracetide.gateway.record.RefusedRequestException} when the body
   *     is refused, with a {@link CutOffException} when the client closed the connection
   */
  CompletableFuture<Message> receive(InFlight.Share room);
}
