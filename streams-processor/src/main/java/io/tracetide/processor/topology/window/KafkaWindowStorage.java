package io.tracetide.processor.topology.window;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.RowStore;
import io.tracetide.processor.window.tier.WindowStorage;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/** The windows of one task in its state stores. */
final class KafkaWindowStorage implements WindowStorage {

  /** Prefix of the keys of a service's lateness in {@link AggregateWindows#WATERMARKS}. */
  private static final String LATENESS = "lateness\0";

  /** Prefix of the keys of services, as bytes because names need not be UTF-8. */
  private static final String SERVICE = "service\0";

  /** Prefix of the keys of the event times of inputs. */
  private static final String INPUT = "input\0";

  /** Low bits of a lateness that contain the event time; the high bits contain the windows. */
  private static final int TIME_BITS = 56;

  private final ProcessorContext<?, ?> context;
  private final KeyValueStore<String, Long> times;
  private final BlockJournal journal;

  KafkaWindowStorage(ProcessorContext<?, ?> context) {
    this.context = context;
    times = context.getStateStore(AggregateWindows.WATERMARKS);
    ChangelogStart.ensure(times, "");
    journal = new BlockJournal(context.getStateStore(AggregateWindows.JOURNAL));
  }

  @Override
  public RowStore rows(WindowTier tier) {
    WindowStore<Bytes, byte[]> store = context.getStateStore(tier.storeName());
    ChangelogStart.ensure(store);
    return new KafkaRowStore(store);
  }

  @Override
  public long time(String name) {
    @Nullable Long saved = times.get(name);
    return saved == null ? Long.MIN_VALUE : saved;
  }

  @Override
  public void putTime(String name, long timeMs) {
    times.put(name, timeMs);
  }

  @Override
  public void putInput(int input, long eventMs) {
    times.put(INPUT + input, eventMs);
  }

  @Override
  public void deleteInput(int input) {
    times.delete(INPUT + input);
  }

  @Override
  public void eachInput(BiConsumer<Integer, Long> reader) {
    scan(INPUT, (rest, eventMs) -> reader.accept(Integer.valueOf(rest), eventMs));
  }

  @Override
  public void put(SeriesId service, UsualLateness.Late late) {
    times.put(key(service), (long) late.windows() << TIME_BITS | late.seenMs());
  }

  @Override
  public void delete(SeriesId service) {
    times.delete(key(service));
  }

  private static String key(SeriesId service) {
    return LATENESS + service.tenant() + "\0" + service.service();
  }

  @Override
  public void eachLateness(BiConsumer<SeriesId, UsualLateness.Late> reader) {
    scan(
        LATENESS,
        (rest, value) -> {
          String[] names = rest.split("\0", 2);
          reader.accept(
              SeriesId.ofOperation(names[0], names[1], SeriesId.ALL_OPERATIONS),
              new UsualLateness.Late((int) (value >>> TIME_BITS), value & (1L << TIME_BITS) - 1));
        });
  }

  @Override
  public void putService(byte[] service, long untilMs) {
    times.put(SERVICE + new String(service, ISO_8859_1), untilMs);
  }

  @Override
  public void deleteService(byte[] service) {
    times.delete(SERVICE + new String(service, ISO_8859_1));
  }

  @Override
  public void eachService(BiConsumer<byte[], Long> reader) {
    scan(SERVICE, (rest, untilMs) -> reader.accept(rest.getBytes(ISO_8859_1), untilMs));
  }

  /** Reads the values whose keys begin with a prefix, with the rest of the key. */
  private void scan(String prefix, BiConsumer<String, Long> reader) {
    try (KeyValueIterator<String, Long> all = times.all()) {
      while (all.hasNext()) {
        KeyValue<String, Long> next = all.next();
        if (next.key.startsWith(prefix)) {
          reader.accept(next.key.substring(prefix.length()), next.value);
        }
      }
    }
  }

  @Override
  public void append(byte[] block, long newestMs) {
    journal.append(block, newestMs);
  }

  @Override
  public void replay(ToLongFunction<byte[]> reader) {
    journal.replay(reader);
  }

  @Override
  public void dropBefore(long startMs) {
    journal.dropBefore(startMs);
  }
}
