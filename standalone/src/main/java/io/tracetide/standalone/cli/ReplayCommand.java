package io.tracetide.standalone.cli;

import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.cli.progress.ProgressBar;
import io.tracetide.standalone.replay.Recording;
import io.tracetide.standalone.replay.ReplayTally;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends recorded spans through the gateway. */
@Command(
    name = "replay",
    description = {
      "Sends recorded spans through the gateway, as services would.",
      "FILE is a span CSV (start_ms,service,operation,duration_us,error) or lines of OTLP/JSON as"
          + " the",
      "OpenTelemetry Collector's file exporter writes them; either may be compressed with gzip.",
      "Ends with sent=N accepted=N rejected=N uncertain=N retries=N; exits 1 unless all were"
          + " accepted.",
      "uncertain: spans of requests that were sent again although the first attempt may have been"
          + " taken."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "the recording")
  private Path file;

  @Option(
      names = "--to",
      paramLabel = "URL",
      description =
          "the gateway, such as http://127.0.0.1:4318 (default: that of the running standalone)")
  private @Nullable URI gateway;

  @Mixin private InstanceOption instance;

  @Spec private CommandSpec spec;

  @Mixin private ReplayOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    URI to = gateway();
    Recording recording = Recording.open(file);
    long shift = options.shiftMs(recording, Clock.systemUTC());
    ProgressBar bar = ProgressBar.onStandardError(recording.spans());
    ReplayTally tally =
        ReplayOptions.run(options.replay(recording, shift, to, t -> bar.update(t.sent())), bar);
    return tally.isComplete() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private URI gateway() {
    if (gateway != null) {
      return gateway;
    }
    return instance
        .addresses()
        .map(addresses -> URI.create(addresses.otlpHttp()))
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--to is missing, and no standalone runs in " + instance.directory()));
  }
}
