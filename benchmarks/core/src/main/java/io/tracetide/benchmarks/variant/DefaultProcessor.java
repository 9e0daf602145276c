package io.tracetide.benchmarks.variant;

import io.tracetide.processor.ProcessorApp;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tracetide's processor with its defaults: every tier, detection, rules, queries.
 *
 * <p>Arguments: configuration files; later ones have precedence.
 */
public final class DefaultProcessor {

  /** System property: mean number of events in a record of batches. */
  static final String EVENTS_PER_RECORD = "tracetide.bench.eventsPerRecord";

  private DefaultProcessor() {}

  public static void main(String[] args) throws InterruptedException {
    List<Path> files = Arrays.stream(args).map(Path::of).toList();
    TracetideConfig config = TracetideConfig.read(files, Map.of());
    try (ProcessorApp app =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC())) {
      Runtime.getRuntime().addShutdownHook(new Thread(app::close));
      System.out.println("listening url=" + app.url());
      ProgressLines.start(consumedEvents());
      app.failed().await();
    }
    throw new IllegalStateException("processing has failed for good, see above");
  }

  private static LongSupplier consumedEvents() {
    double each = Double.parseDouble(System.getProperty(EVENTS_PER_RECORD, "1"));
    ConsumedRecords singles = new ConsumedRecords(Topics.TRACES);
    ConsumedRecords batches = new ConsumedRecords(Topics.TRACE_BATCHES);
    return () -> singles.getAsLong() + Math.round(batches.getAsLong() * each);
  }
}
