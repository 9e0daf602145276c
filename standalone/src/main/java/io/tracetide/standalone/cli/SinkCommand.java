package io.tracetide.standalone.cli;

import io.tracetide.alert.SinkApp;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.config.TracetideConfig;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the alert sink. */
@Command(
    name = "sink",
    description =
        "Runs the alert sink: decides which receivers are notified of an anomaly, and sends the"
            + " notifications.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class SinkCommand implements Callable<Integer> {
  @Mixin private ConfigOption config;

  @Override
  public Integer call() throws InterruptedException {
    TracetideConfig c = config.read();
    UntilSignal process = new UntilSignal();
    SinkApp app =
        process
            .closers()
            .add("sink", SinkApp.start(c.sink(), c.kafka(), c.registry(), Clock.systemUTC()));
    System.out.println("LISTENING " + app.url());
    app.failed().await();
    app.failure()
        .ifPresent(
            cause -> {
              throw cause;
            });
    System.err.println("tracetide: alerting has failed for good, see the log above");
    return ExitCodes.FAILURE;
  }
}
