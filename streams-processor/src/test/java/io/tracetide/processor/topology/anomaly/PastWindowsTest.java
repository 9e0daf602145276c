package io.tracetide.processor.topology.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.evidence.SampleBatch;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowRow;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows that are stored when detection by evidence begins, and those that close afterwards. */
class PastWindowsTest {

  private static final WindowTier TIER = WindowTier.BASE;
  private static final long SIZE = TIER.sizeMs();

  /** Number of the first window that closes with detection. */
  private static final long BEGIN = 170_000_000;

  private static final SeriesId PAY = SeriesId.ofOperation("acme", "shop", "pay");
  private static final SeriesId SHIP = SeriesId.ofOperation("acme", "shop", "ship");

  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
  private final WindowStore<Bytes, byte[]> rows =
      Stores.windowStoreBuilder(
              Stores.inMemoryWindowStore(TIER.storeName(), TIER.retention(), TIER.size(), false),
              Serdes.Bytes(),
              Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final KeyValueStore<Bytes, byte[]> evidence =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore(AnomalyStores.EVIDENCE),
              Serdes.Bytes(),
              Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private SampleWindows processor = created();
  private long nowMs = 1_000_000;

  private static SampleWindows created() {
    return new SampleWindows(
        DetectionConfig.defaults(), TIER, () -> 1, new ProcessorMetrics(new SimpleMeterRegistry()));
  }

  @BeforeEach
  void open() {
    context.setCurrentSystemTimeMs(nowMs);
    rows.init(context.getStateStoreContext(), rows);
    evidence.init(context.getStateStoreContext(), evidence);
  }

  @AfterEach
  void close() {
    rows.close();
    evidence.close();
  }

  @Test
  void shouldSendStoredWindowsBeforeTheFirstOne() {
    store(BEGIN - 3, PAY, SHIP);
    store(BEGIN - 1, PAY);

    processor.init(context);
    List<SampleBatch> sent = complete(BEGIN, PAY);

    assertThat(sent)
        .extracting(SampleBatch::window)
        .containsExactly(BEGIN - 3, BEGIN - 2, BEGIN - 1, BEGIN);
    assertThat(sent)
        .extracting(SampleBatch::kind)
        .containsExactly(
            SampleBatch.Kind.PAST_LAST,
            SampleBatch.Kind.PAST_LAST,
            SampleBatch.Kind.PAST_LAST,
            SampleBatch.Kind.LAST);
    assertThat(sent).extracting(batch -> batch.samples().size()).containsExactly(2, 0, 1, 1);
    assertThat(sent.get(2).samples().get(0).sample().count()).isEqualTo(5);
    assertThat(sent.get(2)).isEqualTo(SampleBatch.decode(sent.get(2).encode()));
  }

  @Test
  void shouldNotSendAWindowAgain() {
    processor.init(context);
    complete(BEGIN, PAY);
    store(BEGIN, PAY);

    assertThat(complete(BEGIN + 1, PAY)).extracting(SampleBatch::window).containsExactly(BEGIN + 1);
    store(BEGIN + 1, PAY);
    restart();
    assertThat(complete(BEGIN + 2, PAY)).extracting(SampleBatch::window).containsExactly(BEGIN + 2);
  }

  /** Detection by evidence was switched off, and on again. */
  @Test
  void shouldSendWindowsThatClosedWhileItWasOff() {
    processor.init(context);
    complete(BEGIN, PAY);
    store(BEGIN + 1, PAY);
    store(BEGIN + 2, PAY);
    restart();

    assertThat(complete(BEGIN + 3, PAY))
        .extracting(SampleBatch::window)
        .containsExactly(BEGIN + 1, BEGIN + 2, BEGIN + 3);
  }

  @Test
  void shouldSendAsManyAsAreRetained() {
    for (long window = BEGIN - 2_000; window < BEGIN; window += 100) {
      store(window, PAY);
    }
    processor.init(context);

    List<SampleBatch> sent = complete(BEGIN, PAY);

    assertThat(sent.get(0).window()).isEqualTo(BEGIN - 800);
    assertThat(sent).hasSize(801);
  }

  /** Others wait for its next window, and must know that it works. */
  @Test
  void shouldGiveASignWhenItHasSentNothingElse() {
    processor.init(context);
    assertThat(signs(0)).as("no tenant yet").isEmpty();
    complete(BEGIN, PAY);

    assertThat(signs(SampleBatch.SIGN_MS - 1)).isEmpty();
    assertThat(signs(1)).containsExactly("acme 0");
    assertThat(signs(SampleBatch.SIGN_MS - 1)).isEmpty();
    complete(BEGIN + 1, PAY);
    assertThat(signs(SampleBatch.SIGN_MS - 1)).as("a window was sent").isEmpty();
    assertThat(signs(1)).containsExactly("acme 0");
    restart();
    assertThat(signs(0)).as("at once after a restart").containsExactly("acme 0");
    assertThat(context.forwarded().get(0).record().timestamp())
        .as("of event time")
        .isEqualTo((BEGIN + 2) * SIZE);
  }

  /** Tenants and partitions of the signs that are given after some time. */
  private List<String> signs(long afterMs) {
    nowMs += afterMs;
    context.setCurrentSystemTimeMs(nowMs);
    context.resetForwards();
    List<MockProcessorContext.CapturedPunctuator> timers = context.scheduledPunctuators();
    timers.get(timers.size() - 1).getPunctuator().punctuate(nowMs);
    return context.forwarded().stream()
        .map(forwarded -> SampleBatch.decode(forwarded.record().value()))
        .filter(batch -> batch.kind() == SampleBatch.Kind.ALIVE)
        .map(batch -> batch.tenant() + " " + batch.partition())
        .toList();
  }

  private void restart() {
    processor = created();
    processor.init(context);
  }

  private void store(long window, SeriesId... series) {
    byte[] service = SeriesCodec.encode(series[0]);
    int prefix = SeriesCodec.servicePrefixLength(service);
    WindowRow.Writer row = new WindowRow.Writer();
    for (SeriesId each : series) {
      row.add(SeriesCodec.encode(each), prefix, stats(), 0);
    }
    rows.put(
        Bytes.wrap(RowKey.of(window * SIZE, service, prefix, 0)), row.finish(false), window * SIZE);
  }

  private static WindowStats stats() {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < 5; i++) {
      stats.record(1_000 + i, 1, false);
    }
    return stats;
  }

  /** Closes a window with spans of a series, and returns what was sent. */
  private List<SampleBatch> complete(long window, SeriesId series) {
    long startMs = window * SIZE;
    long endMs = startMs + SIZE;
    context.resetForwards();
    process(new WindowEvent.Closed(SeriesCodec.encode(series), startMs, endMs, stats()), endMs);
    process(new WindowEvent.Passed(startMs, endMs, RecentWindows.NONE), endMs);
    return context.forwarded().stream()
        .map(forwarded -> SampleBatch.decode(forwarded.record().value()))
        .toList();
  }

  private void process(WindowEvent event, long timeMs) {
    processor.process(new Record<>(new byte[0], event, timeMs));
  }
}
