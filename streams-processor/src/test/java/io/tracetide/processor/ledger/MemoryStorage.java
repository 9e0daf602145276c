package io.tracetide.processor.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tracetide.processor.ledger.store.LedgerStorage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Storage that outlives a ledger and ends with the test. */
final class MemoryStorage implements LedgerStorage {

  final ConcurrentSkipListMap<byte[], byte[]> open = bytes();
  final ConcurrentSkipListMap<byte[], byte[]> kept = bytes();
  final ConcurrentSkipListMap<String, byte[]> marks = new ConcurrentSkipListMap<>();
  final ConcurrentSkipListMap<byte[], byte[]> names = bytes();
  long writes;

  private static ConcurrentSkipListMap<byte[], byte[]> bytes() {
    return new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
  }

  /** Everything that is stored, as text. */
  String texts() {
    StringBuilder texts = new StringBuilder();
    for (var each : List.of(open, kept, names)) {
      each.forEach(
          (key, value) ->
              texts.append(new String(key, ISO_8859_1)).append(new String(value, ISO_8859_1)));
    }
    return texts.toString();
  }

  @Override
  public byte @Nullable [] open(byte[] key) {
    return open.get(key);
  }

  @Override
  public void putOpen(byte[] key, byte[] trace) {
    writes++;
    open.put(key, trace);
  }

  @Override
  public void removeOpen(byte[] key) {
    writes++;
    open.remove(key);
  }

  @Override
  public void readOpen(byte[] from, BiPredicate<byte[], byte[]> reader) {
    read(open.tailMap(from), reader);
  }

  @Override
  public byte @Nullable [] kept(byte[] key) {
    return kept.get(key);
  }

  @Override
  public void putKept(byte[] key, byte[] trace) {
    writes++;
    kept.put(key, trace);
  }

  @Override
  public void removeKept(byte[] key) {
    kept.remove(key);
  }

  @Override
  public void readKept(byte[] from, BiPredicate<byte[], byte[]> reader) {
    read(kept.tailMap(from), reader);
  }

  private static <K> void read(Map<K, byte[]> all, BiPredicate<K, byte[]> reader) {
    for (Map.Entry<K, byte[]> entry : all.entrySet()) {
      if (!reader.test(entry.getKey(), entry.getValue())) {
        return;
      }
    }
  }

  @Override
  public byte @Nullable [] mark(String name) {
    return marks.get(name);
  }

  @Override
  public void putMark(String name, byte[] value) {
    marks.put(name, value);
  }

  @Override
  public void removeMark(String name) {
    marks.remove(name);
  }

  @Override
  public void readMarks(String prefix, BiPredicate<String, byte[]> reader) {
    read(
        marks.tailMap(prefix),
        (name, value) -> !name.startsWith(prefix) || reader.test(name, value));
  }

  @Override
  public void appendNames(byte[] key, byte[] value) {
    names.put(key, value);
  }

  @Override
  public void dropNames(byte[] key) {
    names.remove(key);
  }

  @Override
  public void readNames(BiPredicate<byte[], byte[]> reader) {
    read(names, reader);
  }
}
