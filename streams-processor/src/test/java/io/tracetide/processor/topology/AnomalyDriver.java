package io.tracetide.processor.topology;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.processor.incident.IncidentsConfig;
import io.tracetide.processor.topology.anomaly.AnomalyStores;
import io.tracetide.processor.topology.incident.IncidentStores;
import io.tracetide.processor.topology.incident.LinkIncidents;
import io.tracetide.processor.topology.incident.ReportAnomalies;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.WindowStores;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowRow;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A processor of window events between a feed and the topic of anomalies, with its stores. The
 * processor can be made anew at any time over the same stores, as a restart does.
 */
public final class AnomalyDriver implements AutoCloseable {

  public static final Duration WINDOW = Duration.ofSeconds(10);
  public static final long START_MS = 1_700_000_000_000L;

  private static final String FEED = "feed";

  private final Deque<WindowEvent> events = new ArrayDeque<>();
  private final TopologyTestDriver driver;
  private final TestInputTopic<String, String> feed;
  private final TestOutputTopic<String, Anomaly> anomalies;
  private final Path directory;
  private boolean restart;
  private int window;

  public AnomalyDriver(
      Function<ProcessorMetrics, Processor<byte[], WindowEvent, String, Anomaly>> processor) {
    this(processor, AnomaliesConfig.defaults());
  }

  /**
   * Creates a driver.
   *
   * @param keeping retention of published anomalies
   */
  public AnomalyDriver(
      Function<ProcessorMetrics, Processor<byte[], WindowEvent, String, Anomaly>> processor,
      AnomaliesConfig keeping) {
    directory = temporaryDirectory();
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    ProcessorMetrics metrics = new ProcessorMetrics(new SimpleMeterRegistry());
    Serde<Anomaly> serde = AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class);
    Topology topology = new Topology();
    topology.addSource(
        "source", Serdes.String().deserializer(), Serdes.String().deserializer(), FEED);
    topology.addProcessor(FEED, Feeding::new, "source");
    topology.addProcessor("processor", () -> new Restarting(() -> processor.apply(metrics)), FEED);
    topology.addStateStore(AnomalyStores.features(DetectionConfig.defaults(), WINDOW), "processor");
    topology.addStateStore(
        WindowStores.windows(
            WindowTier.BASE.storeName(), WindowTier.BASE.retention(), WindowTier.BASE.size()),
        "processor");
    topology.addStateStore(AnomalyStores.episodes(), "processor");
    topology.addStateStore(AnomalyStores.open(registry), "processor");
    topology.addProcessor("report", ReportAnomalies::new, "processor");
    topology.addProcessor(
        "link",
        () ->
            new LinkIncidents(
                IncidentsConfig.defaults(),
                keeping,
                new FeedbackRules(new FeedbackBook()),
                metrics),
        "report");
    topology.addStateStore(IncidentStores.anomalies(registry), "processor", "link");
    topology.addStateStore(IncidentStores.calls(), "link");
    topology.addStateStore(IncidentStores.suppressed(registry), "link");
    topology.addSink(
        "sink", Topics.ANOMALIES, Serdes.String().serializer(), serde.serializer(), "link");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "anomaly-driver");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver = new TopologyTestDriver(topology, properties);
    feed =
        driver.createInputTopic(FEED, Serdes.String().serializer(), Serdes.String().serializer());
    anomalies =
        driver.createOutputTopic(
            Topics.ANOMALIES, Serdes.String().deserializer(), serde.deserializer());
  }

  /** Closes the next window, in which one series did what it did. */
  public void window(SeriesId series, WindowStats stats) {
    long startMs = startMs();
    send(
        new WindowEvent.Closed(
            SeriesCodec.encode(series), startMs, startMs + WINDOW.toMillis(), stats));
    silence();
  }

  /** Closes the next window. */
  public void silence() {
    long startMs = startMs();
    send(new WindowEvent.Complete(startMs, startMs + WINDOW.toMillis(), RecentWindows.NONE));
    window++;
  }

  /**
   * Stores a window that closed before the first one of this driver.
   *
   * @param before 1 for the latest one
   */
  public void store(int before, SeriesId series, WindowStats stats) {
    long at = START_MS - before * WINDOW.toMillis();
    byte[] key = SeriesCodec.encode(series);
    int prefix = SeriesCodec.servicePrefixLength(key);
    WindowRow.Writer row = new WindowRow.Writer();
    row.add(key, prefix, stats, 0);
    driver
        .<Bytes, byte[]>getWindowStore(WindowTier.BASE.storeName())
        .put(Bytes.wrap(RowKey.of(at, key, prefix, 0)), row.finish(false), at);
  }

  /** Lets time pass without events. */
  public void advance(Duration time) {
    driver.advanceWallClockTime(time);
  }

  /** Restarts: the next event is processed by a new processor with the stored state. */
  public void restart() {
    restart = true;
  }

  public List<Anomaly> published() {
    return anomalies.readValuesToList();
  }

  public KeyValueStore<String, Anomaly> stored() {
    return driver.getKeyValueStore(IncidentStores.ANOMALIES);
  }

  /** Changes the state to that of a build before incidents, in which an anomaly is open. */
  public void storeAsBeforeIncidents(Anomaly anomaly) {
    stored().put(anomaly.getAnomalyId(), Anomaly.newBuilder(anomaly).setIncident(null).build());
    driver.<String, Anomaly>getKeyValueStore(AnomalyStores.OPEN).delete(anomaly.getAnomalyId());
  }

  private long startMs() {
    return START_MS + window * WINDOW.toMillis();
  }

  private void send(WindowEvent event) {
    events.add(event);
    feed.pipeInput("", "", event.endMs());
  }

  @Override
  public void close() {
    driver.close();
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("anomaly-driver");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Feeding implements Processor<String, String, byte[], WindowEvent> {
    private ProcessorContext<byte[], WindowEvent> context;

    @Override
    public void init(ProcessorContext<byte[], WindowEvent> context) {
      this.context = context;
    }

    @Override
    public void process(Record<String, String> record) {
      WindowEvent event = events.remove();
      context.forward(new Record<>(new byte[0], event, event.endMs()));
    }
  }

  private final class Restarting implements Processor<byte[], WindowEvent, String, Anomaly> {
    private final Supplier<Processor<byte[], WindowEvent, String, Anomaly>> maker;
    private Processor<byte[], WindowEvent, String, Anomaly> current;
    private ProcessorContext<String, Anomaly> context;

    Restarting(Supplier<Processor<byte[], WindowEvent, String, Anomaly>> maker) {
      this.maker = maker;
      this.current = maker.get();
    }

    @Override
    public void init(ProcessorContext<String, Anomaly> context) {
      this.context = context;
      current.init(context);
    }

    @Override
    public void process(Record<byte[], WindowEvent> record) {
      if (restart) {
        restart = false;
        current = maker.get();
        current.init(context);
      }
      current.process(record);
    }
  }
}
