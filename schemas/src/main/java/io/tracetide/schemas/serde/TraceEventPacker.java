package io.tracetide.schemas.serde;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.utils.Utils;

/**
 * Packs encoded events into batches, one or more for each partition. Events are placed as Kafka's
 * default partitioner places their trace ids as keys. Not thread-safe.
 *
 * @param <T> what holds an encoded event
 */
public final class TraceEventPacker<T> {

  private final Function<T, byte[]> traceId;
  private final Function<T, byte[]> encoded;
  private final TraceEventBatchWriter writer = new TraceEventBatchWriter();

  /**
   * A batch.
   *
   * @param value Avro in the wire format
   * @param events in the order in which they are in the batch
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
  public record Packed<T>(int partition, byte[] value, List<T> events) {}

  /**
   * Packs events.
   *
   * @param traceId in UTF-8
   * @param encoded the event in the wire format
   */
  public TraceEventPacker(Function<T, byte[]> traceId, Function<T, byte[]> encoded) {
    this.traceId = traceId;
    this.encoded = encoded;
  }

  /**
   * Packs events that are encoded with the current schema.
   *
   * @param partitions of the topic of batches
   * @param schemaId id of {@link TraceEventBatchWriter#schema} in the registry
   * @param single receives an event that is sent as a single record, because it is alone in its
   *     partition or too large
   */
  public List<Packed<T>> pack(
      List<T> events, int partitions, int schemaId, Consumer<? super T> single) {
    Map<Integer, List<T>> placed = new LinkedHashMap<>();
    for (T event : events) {
      if (TraceEventBatchWriter.takes(encoded.apply(event).length)) {
        int partition = Utils.toPositive(Utils.murmur2(traceId.apply(event))) % partitions;
        placed.computeIfAbsent(partition, number -> new ArrayList<>()).add(event);
      } else {
        single.accept(event);
      }
    }
    List<Packed<T>> packed = new ArrayList<>();
    placed.forEach((partition, its) -> pack(partition, its, schemaId, single, packed));
    return packed;
  }

  private void pack(
      int partition,
      List<T> events,
      int schemaId,
      Consumer<? super T> single,
      List<Packed<T>> packed) {
    int from = 0;
    while (from < events.size() - 1) {
      int to = from;
      while (to < events.size() && writer.add(encoded.apply(events.get(to)))) {
        to++;
      }
      byte[] value = writer.write(schemaId);
      if (to - from == 1) {
        single.accept(events.get(from));
      } else {
        packed.add(new Packed<>(partition, value, List.copyOf(events.subList(from, to))));
      }
      from = to;
    }
    if (from < events.size()) {
      single.accept(events.get(from));
    }
  }
}
