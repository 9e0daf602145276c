package io.tracetide.standalone.cli;

import io.tracetide.alert.SinkApp;
import io.tracetide.alert.SinkSections;
import io.tracetide.standalone.launch.UntilSignal;
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
    SinkSections sections = sections();
    UntilSignal process = new UntilSignal();
    SinkApp app =
        process.closers().add("sink", SinkApp.start(sections, this::sections, Clock.systemUTC()));
    return UntilSignal.awaitFailure(app, "alerting");
  }

  /** Reads the files. */
  private SinkSections sections() {
    return config.read().sinkSections();
  }
}
