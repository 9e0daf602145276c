package io.tracetide.processor.topology.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.detection.progress.DetectionProgress;
import io.tracetide.processor.topology.anomaly.AnomalyStores;
import io.tracetide.processor.topology.anomaly.DetectWindows;
import io.tracetide.processor.topology.commit.CommitHook;
import io.tracetide.processor.topology.incident.IncidentStores;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.total.LocalTotals;
import io.tracetide.processor.window.PartialBlock;
import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detectors that watch different tiers, behind the node that closes windows. */
class CoarseWindowsTopologyTest {

  /** Start of an hour. */
  private static final long T0 = 1_699_999_200_000L;

  private static final SeriesId PAY = SeriesId.ofOperation("acme", "shop", "pay");
  private static final WindowConfig CONFIG = WindowConfig.defaults();

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final List<String> minutes = new ArrayList<>();
  private final List<String> bases = new ArrayList<>();
  private boolean restart;

  @Test
  void shouldSendAMinuteToTheDetectorThatWatchesMinutes() {
    run(Set.of(), List.of(WindowTier.BASE, WindowTier.MINUTE));

    assertThat(minutes)
        .containsExactly(
            "pay +0 n=6",
            "end +0",
            "end +60",
            "pay +120 n=6",
            "end +120",
            "pay +180 n=6",
            "end +180");
    assertThat(bases).filteredOn(event -> event.startsWith("end")).hasSize(24);
    assertThat(bases).startsWith("pay +0 n=1", "end +0", "pay +10 n=1", "end +10");
  }

  @Test
  void shouldSendEachMinuteOnceWhereverItRestarts() {
    run(Set.of(1, 4, 5, 12, 13, 18, 19, 24), List.of(WindowTier.BASE, WindowTier.MINUTE));
    List<String> restarted = List.copyOf(minutes);
    minutes.clear();
    run(Set.of(), List.of(WindowTier.BASE, WindowTier.MINUTE));

    assertThat(restarted).isEqualTo(minutes).hasSize(7);
  }

  @Test
  void shouldSendNoCoarseWindowToANodeThatDoesNotWatchItsTier() {
    run(Set.of(), List.of(WindowTier.BASE));

    assertThat(minutes).isEmpty();
    assertThat(bases).hasSize(18 + 24);
  }

  /**
   * Four minutes with one span in each base window, none in the second minute.
   *
   * @param restarts base windows whose first block meets a restarted processor
   */
  private void run(Set<Integer> restarts, List<WindowTier> tiers) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "coarse");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    try (TopologyTestDriver driver =
        new TopologyTestDriver(topology(tiers), properties, Instant.ofEpochMilli(T0))) {
      TestInputTopic<byte[], byte[]> blocks =
          driver.createInputTopic("blocks", new ByteArraySerializer(), new ByteArraySerializer());
      for (int window = 0; window <= 24; window++) {
        long atMs = T0 + window * 10_000L;
        if (restarts.contains(window)) {
          restart = true;
        }
        if (window < 6 || window >= 12) {
          blocks.pipeInput(new byte[4], block(atMs), Instant.ofEpochMilli(atMs));
        }
        driver.advanceWallClockTime(Duration.ofSeconds(10));
      }
    }
  }

  private static byte[] block(long atMs) {
    PartialTable partials = new PartialTable();
    byte[] key = SeriesCodec.encode(PAY);
    partials.at(key, key.length, WindowTier.BASE.windowStart(atMs)).record(5, 1, false);
    PartialBlock.Writer writer = new PartialBlock.Writer();
    writer.addAll(partials);
    return writer.finish(0, atMs);
  }

  private Topology topology(List<WindowTier> tiers) {
    ProcessorMetrics metrics = new ProcessorMetrics(new SimpleMeterRegistry());
    WindowWiring wiring =
        new WindowWiring(
            CONFIG,
            CardinalityConfig.defaults(),
            true,
            new OpenPartitions(),
            () -> 1,
            new TotalsWiring(100, Duration.ofDays(1), new LocalTotals()));
    StreamsBuilder builder = new StreamsBuilder();
    WindowStores.addTo(builder, CONFIG.tiers());
    builder.addStateStore(CommitHook.builder(AggregateWindows.COMMIT_HOOK));
    builder.addStateStore(AnomalyStores.episodes());
    builder.addStateStore(AnomalyStores.open(registry));
    builder.addStateStore(IncidentStores.anomalies(registry));
    KStream<byte[], WindowEvent> windows =
        builder.stream("blocks", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
            .process(
                () ->
                    new Restarting(
                        () ->
                            new AggregateWindows(
                                wiring, List.of(new EvaluatingNode("detect", tiers)), metrics)),
                Named.as("aggregate-windows"),
                WindowStores.names(CONFIG.tiers()));
    windows.process(() -> new PublishWindows(registry), Named.as(AggregateWindows.PUBLISH));
    windows.process(
        () ->
            new DetectWindows(
                () ->
                    List.of(
                        new Recorder('x', WindowTier.MINUTE, minutes),
                        new Recorder('y', WindowTier.BASE, bases)),
                CONFIG.tiers(),
                "detect",
                new DetectionProgress(),
                metrics),
        Named.as("detect"),
        AnomalyStores.ofRules());
    return builder.build();
  }

  /** Becomes, on request, a processor that is restored from the stores. */
  private final class Restarting implements Processor<byte[], byte[], byte[], WindowEvent> {
    private final Supplier<Processor<byte[], byte[], byte[], WindowEvent>> maker;
    private ProcessorContext<byte[], WindowEvent> context;
    private Processor<byte[], byte[], byte[], WindowEvent> current;
    private Cancellable timer;

    Restarting(Supplier<Processor<byte[], byte[], byte[], WindowEvent>> maker) {
      this.maker = maker;
    }

    @Override
    public void init(ProcessorContext<byte[], WindowEvent> context) {
      this.context = context;
      begin();
    }

    /** Notes the timer of the processor, which is cancelled when another takes its place. */
    @SuppressWarnings("unchecked")
    private void begin() {
      current = maker.get();
      current.init(
          (ProcessorContext<byte[], WindowEvent>)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {ProcessorContext.class},
                  (proxy, method, arguments) -> {
                    Object result = method.invoke(context, arguments);
                    if (result instanceof Cancellable scheduled) {
                      timer = scheduled;
                    }
                    return result;
                  }));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (restart) {
        restart = false;
        timer.cancel();
        begin();
      }
      current.process(record);
    }
  }

  /** Records the windows of one operation. */
  private record Recorder(char key, WindowTier tier, List<String> events)
      implements WindowDetector {

    @Override
    public Keys keys() {
      return new Keys(key, Character.toUpperCase(key));
    }

    @Override
    public Set<Detector> detectors() {
      return Set.of(Detector.THRESHOLD);
    }

    @Override
    public boolean watches(WindowTier tier) {
      return tier.sizeMs() == this.tier.sizeMs();
    }

    @Override
    public boolean watches(SeriesId series, WindowTier tier) {
      return watches(tier) && series.equals(PAY);
    }

    @Override
    public boolean observe(SeriesId series, TierWindow window, WindowStats stats) {
      events.add("pay +%d n=%d".formatted((window.startMs() - T0) / 1_000, stats.count()));
      return true;
    }

    @Override
    public void complete(TierWindow window, RecentWindows recent, DetectorOutput output) {
      assertThat(window.tier().sizeMs()).isEqualTo(tier.sizeMs());
      events.add("end +%d".formatted((window.startMs() - T0) / 1_000));
      boolean silent = window.startMs() >= T0 + 60_000 && window.startMs() < T0 + 120_000;
      assertThat(recent.stats(PAY, window.startMs()) == null).isEqualTo(silent);
    }

    @Override
    public void restoreEpisode(EpisodeSubject subject, Episode episode) {}
  }
}
