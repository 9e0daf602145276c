package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.anomaly.stored.EpisodeCodec;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one detector in {@link AnomalyStores#EPISODES}. A key is a letter for the kind of
 * row, then the rule if there is one, then the series.
 */
final class EpisodeTable {

  private final KeyValueStore<Bytes, byte[]> store;
  private final WindowDetector.Keys keys;

  EpisodeTable(KeyValueStore<Bytes, byte[]> store, WindowDetector.Keys keys) {
    this.store = store;
    this.keys = keys;
  }

  void putEpisode(EpisodeSubject subject, Episode episode) {
    byte @Nullable [] value = null;
    if (episode instanceof Episode.Open open) {
      value = EpisodeCodec.encode(open);
    } else if (episode instanceof Episode.Pending pending) {
      value = EpisodeCodec.encode(pending);
    }
    put(keys.episodes(), subject, value);
  }

  void putState(EpisodeSubject subject, byte @Nullable [] state) {
    put(keys.state(), subject, state);
  }

  void eachEpisode(BiConsumer<EpisodeSubject, Episode> reader) {
    scan(keys.episodes(), (subject, value) -> reader.accept(subject, EpisodeCodec.decode(value)));
  }

  void eachState(BiConsumer<EpisodeSubject, byte[]> reader) {
    scan(keys.state(), reader);
  }

  private void put(char of, EpisodeSubject subject, byte @Nullable [] value) {
    Bytes key = key(of, subject.rule(), subject.series());
    if (value == null) {
      store.delete(key);
    } else {
      store.put(key, value);
    }
  }

  private void scan(char of, BiConsumer<EpisodeSubject, byte[]> reader) {
    try (KeyValueIterator<Bytes, byte[]> rows =
        store.prefixScan(new byte[] {(byte) of}, new ByteArraySerializer())) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        reader.accept(subject(row.key.get()), row.value);
      }
    }
  }

  /** Encodes the key of a row. */
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

  /** Decodes what {@link #key} encoded. */
  static EpisodeSubject subject(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key, 1, key.length - 1);
    byte[] name = new byte[in.getShort()];
    in.get(name);
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return new EpisodeSubject(new String(name, UTF_8), SeriesCodec.decode(rest));
  }
}
