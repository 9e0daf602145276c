package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.schemas.peer.InstanceResponse;
import java.time.Instant;

/** The status of an instance as a message. */
public final class InstanceRecords {

  private InstanceRecords() {}

  /**
   * Writes a message.
   *
   * @param number of the request
   * @throws MessageTooLargeException if it has more bytes than {@code limit}
   */
  public static byte[] encode(int number, InstanceStatus status, int limit) {
    return MessageFormat.INSTANCE_RESPONSE.encode(
        new InstanceResponse(
            number,
            status.host(),
            status.version(),
            status.startedAt().toEpochMilli(),
            status.windowPartitions(),
            status.tracePartitions(),
            status.lag(),
            status.settings()),
        limit);
  }

  /** Reads the message that responds to the request of a number. */
  public static InstanceStatus decode(byte[] message, int number) {
    InstanceResponse response = MessageFormat.INSTANCE_RESPONSE.decode(message, number);
    return new InstanceStatus(
        response.getHost(),
        response.getVersion(),
        Instant.ofEpochMilli(response.getStartedMs()),
        response.getWindowPartitions(),
        response.getTracePartitions(),
        response.getLag(),
        response.getSettings());
  }
}
