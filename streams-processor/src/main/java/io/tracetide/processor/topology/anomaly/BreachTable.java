package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.BreachEpisode;
import io.tracetide.processor.anomaly.BreachStorage;
import io.tracetide.processor.anomaly.BreachSubject;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.stored.BreachEpisodeCodec;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The rows of {@link AnomalyStores#EPISODES} about breaches of traces: one for each open anomaly,
 * one for each of its traces in breach, and one with the number of traces without a row, when there
 * are too many. So each breach writes one small row, independent of their number.
 */
final class BreachTable implements BreachStorage {

  private static final char EPISODE = 'b';
  private static final char TRACE = 't';
  private static final char BEYOND = 'u';

  private final KeyValueStore<Bytes, byte[]> store;

  BreachTable(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  @Override
  public void put(BreachSubject subject, BreachEpisode episode) {
    store.put(key(EPISODE, subject, ""), BreachEpisodeCodec.encode(episode));
  }

  @Override
  public void delete(BreachSubject subject) {
    store.delete(key(EPISODE, subject, ""));
    store.delete(key(BEYOND, subject, ""));
  }

  @Override
  public void putBeyond(BreachSubject subject, long count) {
    store.put(key(BEYOND, subject, ""), ByteBuffer.allocate(Long.BYTES).putLong(count).array());
  }

  @Override
  public void eachBeyond(BiConsumer<BreachSubject, Long> reader) {
    scan(
        BEYOND,
        (subject, traceId, value) -> reader.accept(subject, ByteBuffer.wrap(value).getLong()));
  }

  @Override
  public boolean has(BreachSubject subject, String traceId) {
    return store.get(key(TRACE, subject, traceId)) != null;
  }

  @Override
  public void put(BreachSubject subject, String traceId, long atMs) {
    byte[] since = ByteBuffer.allocate(Long.BYTES).putLong(atMs).array();
    store.put(key(TRACE, subject, traceId), since);
  }

  @Override
  public void delete(BreachSubject subject, String traceId) {
    store.delete(key(TRACE, subject, traceId));
  }

  @Override
  public void eachEpisode(BiConsumer<BreachSubject, BreachEpisode> reader) {
    scan(
        EPISODE,
        (subject, traceId, value) -> reader.accept(subject, BreachEpisodeCodec.decode(value)));
  }

  @Override
  public void eachTrace(BiConsumer<BreachSubject, BreachEpisode.Offender> reader) {
    scan(
        TRACE,
        (subject, traceId, value) ->
            reader.accept(
                subject, new BreachEpisode.Offender(traceId, ByteBuffer.wrap(value).getLong())));
  }

  @FunctionalInterface
  private interface RowReader {
    void read(BreachSubject subject, String traceId, byte[] value);
  }

  private void scan(char of, RowReader reader) {
    try (KeyValueIterator<Bytes, byte[]> rows =
        store.prefixScan(new byte[] {(byte) of}, new ByteArraySerializer())) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        EpisodeSubject parts = EpisodeTable.subject(row.key.get());
        String[] names = parts.rule().split("\0", 4);
        reader.read(
            new BreachSubject(
                parts.series(),
                Detector.valueOf(names[0]),
                AnomalyKind.valueOf(names[1]),
                names[2]),
            names[3],
            row.value);
      }
    }
  }

  private static Bytes key(char of, BreachSubject subject, String traceId) {
    return EpisodeTable.key(
        of,
        String.join(
            "\0", subject.detector().name(), subject.kind().name(), clean(subject.rule()), traceId),
        subject.series());
  }

  private static String clean(String name) {
    return name.replace('\0', '\uFFFD');
  }
}
