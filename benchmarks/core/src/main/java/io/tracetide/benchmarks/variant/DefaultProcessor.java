package io.tracetide.benchmarks.variant;

import io.tracetide.processor.ProcessorApp;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Tracetide's processor with its defaults: every tier, detection, rules, queries.
 *
 * <p>Arguments: configuration files; later ones have precedence.
 */
public final class DefaultProcessor {

  private DefaultProcessor() {}

  public static void main(String[] args) throws InterruptedException {
    List<Path> files = Arrays.stream(args).map(Path::of).toList();
    TracetideConfig config = TracetideConfig.read(files, Map.of());
    try (ProcessorApp app =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC())) {
      Runtime.getRuntime().addShutdownHook(new Thread(app::close));
      System.out.println("listening url=" + app.url());
      ProgressLines.start(new ConsumedRecords(Topics.TRACES));
      app.failed().await();
    }
    throw new IllegalStateException("processing has failed for good, see above");
  }
}
