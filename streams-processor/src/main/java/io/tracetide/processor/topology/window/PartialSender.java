package io.tracetide.processor.topology.window;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.window.PartialBlock;
import io.tracetide.processor.window.PartialTable;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends partial counts in blocks, each to the partition that aggregates its services. The key of a
 * block is the hash of one of these services.
 */
final class PartialSender {

  /** Blocks are sent at this size, well below the maximum of a Kafka record. */
  private static final int MOST_BYTES = 192 * 1024;

  private final int input;
  private final ServicePartitioner partitioner;
  private final Map<Integer, Destination> destinations = new HashMap<>();
  private final ProcessorContext<byte[], byte[]> context;
  private final String child;

  /** Keeps prefetches from being optimized away. */
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  /** The unfinished block of a destination. */
  private static final class Destination {
    private final PartialBlock.Writer writer = new PartialBlock.Writer();
    private int serviceHash;
    private long newestWindowMs;
  }

  /**
   * Sends the partial counts of one input.
   *
   * @param child receives the blocks
   * @param input number of the input, unique among all inputs of the partial counts
   */
  PartialSender(
      ProcessorContext<byte[], byte[]> context,
      String child,
      int input,
      ServicePartitioner partitioner) {
    this.context = context;
    this.child = child;
    this.input = input;
    this.partitioner = partitioner;
  }

  /**
   * Sends all partial counts and empties the table.
   *
   * @param newestMs newest event time of the input
   */
  void send(PartialTable partials, long newestMs) {
    // Zero before the first record; until then each service has its own blocks.
    int known = partitioner.knownPartitions();
    partials.forEach(
        (windowStartMs, window) -> {
          for (int i = 0; i < window.size(); i++) {
            if (i % KeyTable.FETCHED_TOGETHER == 0) {
              fetched += window.fetch(i, Math.min(i + KeyTable.FETCHED_TOGETHER, window.size()));
            }
            int hash = window.serviceHash(i);
            Destination destination =
                destinations.computeIfAbsent(
                    known == 0 ? hash : Math.floorMod(hash, known), key -> new Destination());
            destination.serviceHash = hash;
            destination.newestWindowMs = Math.max(destination.newestWindowMs, windowStartMs);
            destination.writer.add(windowStartMs, window, i);
            if (destination.writer.length() > MOST_BYTES) {
              forward(destination, newestMs);
            }
          }
        });
    destinations.values().forEach(destination -> forward(destination, newestMs));
    if (known == 0) {
      destinations.clear();
    }
    partials.clear();
  }

  private void forward(Destination destination, long newestMs) {
    if (!destination.writer.isEmpty()) {
      context.forward(
          new Record<>(
              ByteBuffer.allocate(Integer.BYTES).putInt(destination.serviceHash).array(),
              destination.writer.finish(input, newestMs),
              destination.newestWindowMs),
          child);
      destination.newestWindowMs = 0;
    }
  }
}
