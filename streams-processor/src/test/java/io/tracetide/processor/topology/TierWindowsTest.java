package io.tracetide.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.window.Partial;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TierWindowsTest {

  private static final WindowTier TIER = WindowTier.BASE;
  private static final long T0 = 1_700_000_000_000L;
  private static final SeriesId PAY = SeriesId.ofOperation("default", "shop", "pay");
  private static final SeriesId CART = SeriesId.ofOperation("default", "shop", "cart");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ProcessorMetrics metrics = new ProcessorMetrics(meters);
  private final List<WindowEvent> events = new ArrayList<>();
  private WindowStore<Bytes, byte[]> store;
  private TierWindows windows;

  @BeforeEach
  void openStore() {
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
    store =
        Stores.windowStoreBuilder(
                Stores.inMemoryWindowStore("w", Duration.ofHours(3), TIER.size(), false),
                Serdes.Bytes(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    windows = new TierWindows(TIER, store, Long.MIN_VALUE, metrics);
  }

  @Test
  void shouldReportOperationsThenTheirServiceThenCompletion() {
    add(PAY, T0, 100);
    add(CART, T0, 200);

    close(T0 + 10_000);

    assertThat(events).hasSize(4);
    assertThat(events.get(2))
        .isInstanceOfSatisfying(
            WindowEvent.Closed.class,
            closed -> {
              assertThat(closed.series()).isEqualTo(PAY.ofService());
              assertThat(closed.stats().count()).isEqualTo(2);
              assertThat(closed.stats().max()).isEqualTo(200);
            });
    assertThat(events.get(3)).isEqualTo(new WindowEvent.Complete(T0, T0 + 10_000));
  }

  @Test
  void shouldReportSilenceWindowByWindow() {
    add(PAY, T0, 100);

    close(T0 + 40_000);

    assertThat(events)
        .filteredOn(WindowEvent.Complete.class::isInstance)
        .extracting(WindowEvent::startMs)
        .containsExactly(T0, T0 + 10_000, T0 + 20_000, T0 + 30_000);
  }

  @Test
  void shouldNotReportAnEndlessSilence() {
    add(PAY, T0, 100);

    close(T0 + Duration.ofDays(365).toMillis());

    assertThat(events).hasSizeLessThan(TierWindows.MAX_SILENT_WINDOWS + 10);
    assertThat(windows.closedUpTo())
        .isEqualTo(TIER.windowStart(T0 + Duration.ofDays(365).toMillis()));
  }

  @Test
  void shouldCloseAWindowBeforeALongSilenceAndTheOneAfterIt() {
    long later = TIER.windowStart(T0 + Duration.ofDays(3).toMillis());
    add(PAY, T0, 100);
    add(PAY, later, 300);

    close(later + 10_000);

    assertThat(events)
        .filteredOn(WindowEvent.Closed.class::isInstance)
        .extracting(WindowEvent::startMs)
        .containsExactly(T0, T0, later, later);
  }

  @Test
  void shouldTakeUpOpenWindowsAfterARestart() {
    add(PAY, T0, 100);
    windows.write(this::hear);

    windows = new TierWindows(TIER, store, windows.closedUpTo(), metrics);
    add(PAY, T0, 300);
    close(T0 + 10_000);

    assertThat(((WindowEvent.Closed) events.get(0)).stats().count()).isEqualTo(2);
  }

  @Test
  void shouldNotReportAClosedWindowAgainAfterARestart() {
    add(PAY, T0, 100);
    close(T0 + 10_000);
    windows.write(this::hear);
    events.clear();

    windows = new TierWindows(TIER, store, windows.closedUpTo(), metrics);
    close(T0 + 20_000);

    assertThat(events).containsExactly(new WindowEvent.Complete(T0 + 10_000, T0 + 20_000));
  }

  @Test
  void shouldReviseOncePerCommitAndMergeTheServiceAgain() {
    add(PAY, T0, 100);
    add(CART, T0, 200);
    close(T0 + 10_000);
    windows.write(this::hear);
    events.clear();

    add(PAY, T0, 300);
    add(PAY, T0, 400);
    windows.write(this::hear);

    assertThat(events).hasSize(2);
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            WindowEvent.Revised.class,
            revised -> {
              assertThat(revised.series()).isEqualTo(PAY);
              assertThat(revised.revision()).isEqualTo(1);
              assertThat(revised.stats().count()).isEqualTo(3);
            });
    assertThat(events.get(1))
        .isInstanceOfSatisfying(
            WindowEvent.Revised.class,
            revised -> {
              assertThat(revised.series()).isEqualTo(PAY.ofService());
              assertThat(revised.stats().count()).isEqualTo(4);
            });
  }

  @Test
  void shouldNotMixTheOperationsOfServicesWithSimilarNames() {
    SeriesId other = SeriesId.ofOperation("default", "shop2", "pay");
    add(PAY, T0, 100);
    add(other, T0, 200);
    close(T0 + 10_000);
    windows.write(this::hear);
    events.clear();

    add(PAY, T0, 300);
    windows.write(this::hear);

    assertThat(((WindowEvent.Revised) events.get(1)).stats().count()).isEqualTo(2);
  }

  @Test
  void shouldCountWorkThatNoWindowKeepsAnyMore() {
    add(PAY, T0, 100, T0 + TIER.retentionMs() + 10_000);

    windows.write(this::hear);

    assertThat(store.fetch(Bytes.wrap(SeriesCodec.encode(PAY)), T0)).isNull();
    assertThat(meters.counter("tracetide.processor.partials.expired", "tier", "10s").count())
        .isEqualTo(1);
  }

  private void add(SeriesId series, long windowStartMs, double value) {
    add(series, windowStartMs, value, windowStartMs);
  }

  private void add(SeriesId series, long windowStartMs, double value, long watermarkMs) {
    WindowStats stats = new WindowStats();
    stats.record(value, 1, false);
    windows.add(
        Bytes.wrap(SeriesCodec.encode(series)),
        new Partial(windowStartMs, 0, windowStartMs, stats),
        watermarkMs);
  }

  private void close(long eventTimeMs) {
    windows.closeUpTo(eventTimeMs, this::hear);
  }

  private void hear(SeriesId series, WindowEvent event) {
    events.add(event);
  }
}
