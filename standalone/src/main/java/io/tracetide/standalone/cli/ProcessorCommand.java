package io.tracetide.standalone.cli;

import io.tracetide.processor.ProcessorApp;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.UntilSignal;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the processor. */
@Command(
    name = "processor",
    description =
        "Runs the processor: counts traces in windows, finds anomalies and answers queries.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ProcessorCommand implements Callable<Integer> {
  @Mixin private ConfigOption config;

  @Override
  public Integer call() throws InterruptedException {
    TracetideConfig c = config.read();
    UntilSignal process = new UntilSignal();
    ProcessorApp app =
        process
            .closers()
            .add(
                "processor",
                ProcessorApp.start(c.processor(), c.kafka(), c.registry(), Clock.systemUTC()));
    return UntilSignal.awaitFailure(app, "processing");
  }
}
