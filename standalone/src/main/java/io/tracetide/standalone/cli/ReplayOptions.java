package io.tracetide.standalone.cli;

import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.cli.progress.ProgressBar;
import io.tracetide.standalone.replay.IdSalt;
import io.tracetide.standalone.replay.OtlpSender;
import io.tracetide.standalone.replay.Recording;
import io.tracetide.standalone.replay.Replay;
import io.tracetide.standalone.replay.ReplayPace;
import io.tracetide.standalone.replay.ReplayTally;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options for sending a recording, shared by {@code replay} and {@code check-replay}. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ReplayOptions {
  @Option(
      names = "--speed",
      paramLabel = "N|max",
      defaultValue = "max",
      converter = PaceConverter.class,
      description =
          "multiple of real time, or max: as fast as the gateway accepts it (default: max)")
  private ReplayPace pace;

  @Option(
      names = "--shift-to-now",
      description = {
        "shift the whole recording, by whole minutes, so that it ends within the last minute;"
            + " prints shift_ms=N"
      })
  private boolean shiftToNow;

  @Option(
      names = "--shift-ms",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "shift the whole recording by this many milliseconds (default: ${DEFAULT-VALUE})")
  private long shiftMs;

  @Option(
      names = "--salt",
      paramLabel = "N",
      description = {
        "a number mixed into the ids of traces and spans, because spans that are sent again under"
            + " the same ids are not counted again; 0 keeps the ids (default: random); prints"
            + " salt=N"
      })
  private @Nullable Long salt;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1000",
      description = "spans per request (default: ${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "4",
      description = "concurrent requests (default: ${DEFAULT-VALUE})")
  private int connections;

  @Option(names = "--gzip", description = "compress the requests")
  private boolean gzip;

  @Mixin private TokenOptions token;

  static final class PaceConverter implements ITypeConverter<ReplayPace> {
    @Override
    public ReplayPace convert(String text) {
      if (text.equals("max")) {
        return ReplayPace.max();
      }
      try {
        return ReplayPace.times(Double.parseDouble(text));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("expected max or a number above 0, got " + text);
      }
    }
  }

  /** The shift of this recording; prints it when it was computed. */
  long shiftMs(Recording recording, Clock clock) {
    if (!shiftToNow) {
      return shiftMs;
    }
    long shift = Replay.shiftToNow(recording.lastEndMs(), clock.millis());
    System.out.println("shift_ms=" + shift);
    return shift;
  }

  /** A replay to the gateway at this base URL. */
  Replay replay(Recording recording, long shift, URI gateway, Consumer<ReplayTally> progress)
      throws IOException {
    IdSalt ids = salt == null ? IdSalt.random() : new IdSalt(salt);
    System.out.println("salt=" + ids.value());
    return new Replay(
        recording,
        new Replay.Settings(
            shift,
            ids,
            atLeastOne(batch),
            atLeastOne(connections),
            OtlpSender.Settings.to(endpoint(gateway))
                .withGzip(gzip)
                .withCredentials(credentials())),
        pace,
        progress);
  }

  Credentials credentials() throws IOException {
    return token.credentials();
  }

  private static int atLeastOne(int value) {
    return Math.max(1, value);
  }

  /** The URL with the path {@code /v1/traces}, unless it has a path. */
  static URI endpoint(URI gateway) {
    String path = gateway.getPath();
    return path == null || path.isEmpty() || path.equals("/")
        ? gateway.resolve("/v1/traces")
        : gateway;
  }

  /** Sends the whole recording with a progress bar and prints the result. */
  static ReplayTally run(Replay replay, ProgressBar bar) throws IOException, InterruptedException {
    ReplayTally tally;
    ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    try (bar) {
      ScheduledFuture<?> unused = // Cancelled when the watch is closed.
          watch.scheduleWithFixedDelay(
              () -> replay.trouble().ifPresent(bar::waits), 1, 1, TimeUnit.SECONDS);
      tally = replay.run();
    } finally {
      watch.shutdownNow();
    }
    System.out.println(tally);
    if (!tally.isComplete()) {
      replay.lastProblem().ifPresent(p -> System.err.println("tracetide: last problem: " + p));
    }
    return tally;
  }
}
