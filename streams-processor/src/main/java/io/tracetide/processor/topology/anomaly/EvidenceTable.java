package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.detection.evidence.EvidenceDetector;
import io.tracetide.detection.evidence.EvidenceJournal;
import io.tracetide.processor.detection.evidence.EvidenceStorage;
import io.tracetide.processor.detection.evidence.SampleBatch;
import io.tracetide.processor.detection.evidence.TenantDetectors;
import io.tracetide.processor.detection.silence.SilenceDetector;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The rows of {@link AnomalyStores#EVIDENCE}. A key is a letter for the kind of row, then the
 * tenant and a zero byte, then the rest; names of series contain a zero byte.
 */
final class EvidenceTable implements EvidenceStorage {

  private static final char STATE = 's';
  private static final char INPUT = 'i';
  private static final char SHARED = 'c';
  private static final char RECEIVED = 'r';
  private static final char WAITING = 'w';
  private static final char SAMPLED = 't';
  private static final char CALIBRATION = 'p';
  private static final char SILENCE = 'q';
  private static final char SENT = 'n';

  /** Inputs of a series that are kept; an older one is overwritten by one of the same slot. */
  private static final int SLOTS = EvidenceDetector.KEPT_INPUTS;

  private final KeyValueStore<Bytes, byte[]> store;

  EvidenceTable(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  @Override
  public EvidenceJournal journal(String tenant) {
    return new EvidenceJournal() {
      @Override
      public void putInput(String series, long window, byte[] input) {
        byte[] value =
            ByteBuffer.allocate(Long.BYTES + input.length).putLong(window).put(input).array();
        store.put(input(tenant, series, (int) Math.floorMod(window, (long) SLOTS)), value);
      }

      @Override
      public void putState(String series, byte[] state) {
        store.put(key(STATE, tenant, series.getBytes(UTF_8)), state);
      }

      @Override
      public void putShared(String series, byte[] shared) {
        store.put(key(SHARED, tenant, series.getBytes(UTF_8)), shared);
      }

      @Override
      public void putCalibration(byte[] calibration) {
        store.put(key(CALIBRATION, tenant, new byte[0]), calibration);
      }

      @Override
      public void delete(String series) {
        store.delete(key(STATE, tenant, series.getBytes(UTF_8)));
        store.delete(key(SHARED, tenant, series.getBytes(UTF_8)));
        for (int slot = 0; slot < SLOTS; slot++) {
          store.delete(input(tenant, series, slot));
        }
      }
    };
  }

  private static Bytes input(String tenant, String series, int slot) {
    byte[] name = series.getBytes(UTF_8);
    return key(
        INPUT, tenant, ByteBuffer.allocate(name.length + 1).put(name).put((byte) slot).array());
  }

  @Override
  public void putWaiting(SampleBatch batch, int number) {
    store.put(waiting(batch, number), batch.encode());
  }

  @Override
  public void deleteWaiting(SampleBatch batch, int number) {
    store.delete(waiting(batch, number));
  }

  private static Bytes waiting(SampleBatch batch, int number) {
    byte[] rest =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
            .putLong(batch.window())
            .putInt(number)
            .array();
    return key(WAITING, batch.tenant(), rest);
  }

  @Override
  public SilenceDetector.Storage silence(String tenant) {
    return new SilenceDetector.Storage() {
      @Override
      public void put(String service, byte[] state) {
        store.put(key(SILENCE, tenant, service.getBytes(UTF_8)), state);
      }

      @Override
      public void delete(String service) {
        store.delete(key(SILENCE, tenant, service.getBytes(UTF_8)));
      }
    };
  }

  @Override
  public void putReceived(String tenant, int partition, long window) {
    store.put(key(RECEIVED, tenant, ofInt(partition)), ofLong(window));
  }

  @Override
  public void deleteReceived(String tenant, int partition) {
    store.delete(key(RECEIVED, tenant, ofInt(partition)));
  }

  /** Saves the latest window in which a tenant had spans in this partition. */
  void putSampled(String tenant, long window) {
    store.put(key(SAMPLED, tenant, new byte[0]), ofLong(window));
  }

  void deleteSampled(String tenant) {
    store.delete(key(SAMPLED, tenant, new byte[0]));
  }

  /** Saves the latest window whose samples were sent. */
  void putSent(long window) {
    store.put(key(SENT, "", new byte[0]), ofLong(window));
  }

  /** What was saved by {@link #putSent}. */
  OptionalLong sent() {
    byte[] saved = store.get(key(SENT, "", new byte[0]));
    return saved == null ? OptionalLong.empty() : OptionalLong.of(ByteBuffer.wrap(saved).getLong());
  }

  /** What was saved by {@link #putSampled}. */
  Map<String, Long> sampled() {
    Map<String, Long> sampled = new TreeMap<>();
    scan(SAMPLED, (key, value) -> sampled.put(key.tenant(), ByteBuffer.wrap(value).getLong()));
    return sampled;
  }

  /** Restores everything but the episodes. */
  void restore(TenantDetectors detectors) {
    scan(STATE, (key, value) -> detectors.restoreState(key.tenant(), key.name(), value));
    restoreInputs(detectors);
    detectors.statesRestored();
    scan(SHARED, (key, value) -> detectors.restoreShared(key.tenant(), key.name(), value));
    scan(SILENCE, (key, value) -> detectors.restoreSilence(key.tenant(), key.name(), value));
    scan(CALIBRATION, (key, value) -> detectors.restoreCalibration(key.tenant(), value));
    scan(
        RECEIVED,
        (key, value) ->
            detectors.restoreReceived(
                key.tenant(),
                ByteBuffer.wrap(key.rest()).getInt(),
                ByteBuffer.wrap(value).getLong()));
    scan(WAITING, (key, value) -> detectors.restoreWaiting(SampleBatch.decode(value)));
  }

  /** The inputs of a series are adjacent, in the order of their slots, not of their windows. */
  private void restoreInputs(TenantDetectors detectors) {
    Inputs inputs = new Inputs(detectors);
    scan(INPUT, inputs::add);
    inputs.flush();
  }

  /** Restores the inputs of one series after the other. */
  private static final class Inputs {
    private final TenantDetectors detectors;
    private final SortedMap<Long, byte[]> byWindow = new TreeMap<>();
    private String tenant = "";
    private String series = "";

    Inputs(TenantDetectors detectors) {
      this.detectors = detectors;
    }

    void add(Key key, byte[] value) {
      String name = new String(key.rest(), 0, key.rest().length - 1, UTF_8);
      if (!name.equals(series) || !key.tenant().equals(tenant)) {
        flush();
        tenant = key.tenant();
        series = name;
      }
      byWindow.put(
          ByteBuffer.wrap(value).getLong(), Arrays.copyOfRange(value, Long.BYTES, value.length));
    }

    void flush() {
      byWindow.values().forEach(input -> detectors.restoreInput(tenant, series, input));
      byWindow.clear();
    }
  }

  /**
   * Parts of a key.
   *
   * @param rest what follows the tenant
   */
  @SuppressWarnings("ArrayRecordComponent") // Keys are never compared.
  private record Key(String tenant, byte[] rest) {
    static Key of(byte[] key) {
      int end = 1;
      while (key[end] != 0) {
        end++;
      }
      return new Key(
          new String(key, 1, end - 1, UTF_8), Arrays.copyOfRange(key, end + 1, key.length));
    }

    String name() {
      return new String(rest, UTF_8);
    }
  }

  private void scan(char kind, BiConsumer<Key, byte[]> reader) {
    try (KeyValueIterator<Bytes, byte[]> rows =
        store.prefixScan(new byte[] {(byte) kind}, new ByteArraySerializer())) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        reader.accept(Key.of(row.key.get()), row.value);
      }
    }
  }

  private static Bytes key(char kind, String tenant, byte[] rest) {
    byte[] name = tenant.getBytes(UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(name.length + 2 + rest.length)
            .put((byte) kind)
            .put(name)
            .put((byte) 0)
            .put(rest)
            .array());
  }

  private static byte[] ofInt(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static byte[] ofLong(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
