package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.utils.Bytes;

/** The windows of one partition in memory. */
final class MemoryWindowStorage implements WindowStorage {

  final Map<String, Long> times = new HashMap<>();
  final List<Block> blocks = new ArrayList<>();
  private final Map<Integer, Long> inputs = new HashMap<>();
  private final Map<String, MemoryRows> rows = new HashMap<>();
  private final Map<Bytes, Long> services = new HashMap<>();
  private final Map<SeriesId, UsualLateness.Late> lateness = new HashMap<>();

  record Block(byte[] bytes, long newestMs) {}

  @Override
  public RowStore rows(WindowTier tier) {
    return rows.computeIfAbsent(tier.name(), name -> new MemoryRows());
  }

  @Override
  public long time(String name) {
    return times.getOrDefault(name, Long.MIN_VALUE);
  }

  @Override
  public void putTime(String name, long timeMs) {
    times.put(name, timeMs);
  }

  @Override
  public void putInput(int input, long eventMs) {
    inputs.put(input, eventMs);
  }

  @Override
  public void deleteInput(int input) {
    inputs.remove(input);
  }

  @Override
  public void eachInput(BiConsumer<Integer, Long> reader) {
    inputs.forEach(reader);
  }

  @Override
  public void put(SeriesId service, UsualLateness.Late late) {
    lateness.put(service, late);
  }

  @Override
  public void delete(SeriesId service) {
    lateness.remove(service);
  }

  @Override
  public void eachLateness(BiConsumer<SeriesId, UsualLateness.Late> reader) {
    lateness.forEach(reader);
  }

  @Override
  public void putService(byte[] service, long untilMs) {
    services.put(Bytes.wrap(service), untilMs);
  }

  @Override
  public void deleteService(byte[] service) {
    services.remove(Bytes.wrap(service));
  }

  @Override
  public void eachService(BiConsumer<byte[], Long> reader) {
    services.forEach((service, untilMs) -> reader.accept(service.get(), untilMs));
  }

  /** As an earlier version leaves it. */
  void forgetServices() {
    services.clear();
    times.keySet().removeIf(name -> name.startsWith("services-"));
  }

  @Override
  public void append(byte[] block, long newestMs) {
    blocks.add(new Block(block, newestMs));
  }

  @Override
  public void replay(ToLongFunction<byte[]> reader) {
    blocks.forEach(block -> reader.applyAsLong(block.bytes));
  }

  @Override
  public void dropBefore(long startMs) {
    blocks.removeIf(block -> block.newestMs < startMs);
  }

  private static final class MemoryRows implements RowStore {
    private final TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);

    @Override
    public void put(byte[] key, byte[] row, long windowStartMs) {
      rows.put(key, row);
    }

    @Override
    public byte[] get(byte[] key, long windowStartMs) {
      return rows.get(key);
    }

    @Override
    public Scan scan(long fromMs, long toMs) {
      Iterator<Map.Entry<byte[], byte[]>> found =
          rows.subMap(RowKey.from(fromMs), RowKey.from(toMs)).entrySet().iterator();
      return new Scan() {
        private Map.Entry<byte[], byte[]> current;

        @Override
        public boolean next() {
          current = found.hasNext() ? found.next() : null;
          return current != null;
        }

        @Override
        public byte[] key() {
          return current.getKey();
        }

        @Override
        public byte[] row() {
          return current.getValue();
        }

        @Override
        public long windowStartMs() {
          return RowKey.startMs(current.getKey());
        }

        @Override
        public void close() {}
      };
    }
  }
}
