package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeCodec;
import io.tracetide.processor.rule.RuleSubject;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What is in {@link AnomalyStores#EPISODES}: a letter that says what a key is of, then the rule if
 * there is one, then the series.
 */
final class EpisodeTable {

  private static final char DETECTOR = 'd';
  private static final char RULE = 'r';
  private static final char WORKED = 'w';

  private final KeyValueStore<Bytes, byte[]> store;

  EpisodeTable(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  void put(SeriesId series, Episode episode) {
    put(key(DETECTOR, "", series), episode);
  }

  void put(RuleSubject subject, Episode episode) {
    put(key(RULE, subject.rule(), subject.series()), episode);
  }

  void putWorked(RuleSubject subject, long endMs) {
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(endMs).array();
    store.put(key(WORKED, subject.rule(), subject.series()), value);
  }

  void deleteWorked(RuleSubject subject) {
    store.delete(key(WORKED, subject.rule(), subject.series()));
  }

  void eachOfDetector(BiConsumer<SeriesId, Episode> reader) {
    scan(DETECTOR, (subject, value) -> reader.accept(subject.series(), EpisodeCodec.decode(value)));
  }

  void eachOfRules(BiConsumer<RuleSubject, Episode> reader) {
    scan(RULE, (subject, value) -> reader.accept(subject, EpisodeCodec.decode(value)));
  }

  void eachWorked(BiConsumer<RuleSubject, Long> reader) {
    scan(WORKED, (subject, value) -> reader.accept(subject, ByteBuffer.wrap(value).getLong()));
  }

  private void put(Bytes key, Episode episode) {
    if (episode instanceof Episode.Open open) {
      store.put(key, EpisodeCodec.encode(open));
    } else if (episode instanceof Episode.Pending pending) {
      store.put(key, EpisodeCodec.encode(pending));
    } else {
      store.delete(key);
    }
  }

  private void scan(char of, BiConsumer<RuleSubject, byte[]> reader) {
    try (KeyValueIterator<Bytes, byte[]> rows =
        store.prefixScan(new byte[] {(byte) of}, new ByteArraySerializer())) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        reader.accept(subject(row.key.get()), row.value);
      }
    }
  }

  /** The key of a row. */
  static Bytes key(char of, String rule, SeriesId series) {
    byte[] name = rule.getBytes(UTF_8);
    byte[] rest = SeriesCodec.encode(series);
    return Bytes.wrap(
        ByteBuffer.allocate(1 + Short.BYTES + name.length + rest.length)
            .put((byte) of)
            .putShort((short) name.length)
            .put(name)
            .put(rest)
            .array());
  }

  /** What {@link #key} was made of. */
  static RuleSubject subject(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key, 1, key.length - 1);
    byte[] name = new byte[in.getShort()];
    in.get(name);
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return new RuleSubject(new String(name, UTF_8), SeriesCodec.decode(rest));
  }
}
