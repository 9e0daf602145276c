package io.tracetide.standalone.cli;

import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.check.ReplayCheck;
import io.tracetide.standalone.cli.progress.ProgressBar;
import io.tracetide.standalone.cli.progress.StatusLine;
import io.tracetide.standalone.launch.Addresses;
import io.tracetide.standalone.process.PidFile;
import io.tracetide.standalone.replay.Recording;
import io.tracetide.standalone.replay.ReplayTally;
import io.tracetide.standalone.replay.SpanTable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares the processor's analytics of a replayed recording with the recording. */
@Command(
    name = "check-replay",
    description = {
      "Recomputes from a span CSV the exact counts, errors and p50, p95, p99 of every operation and"
          + " minute,",
      "and compares them with the processor's /monitoring/analytics: counts must be equal,"
          + " quantiles of",
      "minutes with 20 spans or more within 1 %% of the value at rank floor(q(n-1)).",
      "Counts of the processor in these minutes from before the replay are subtracted.",
      "Operations are expected under the templates of their names and within the limits of"
          + " processor.cardinality.",
      "With --to it replays the recording first; without, give the --shift-ms that the replay"
          + " printed.",
      "Exits 1 when anything differs."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class CheckReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "the recording, a span CSV")
  private Path file;

  @Option(
      names = "--processor",
      paramLabel = "URL",
      description =
          "URL of the processor (default: that of the running standalone, else"
              + " http://127.0.0.1:8080)")
  private @Nullable URI processor;

  @Option(
      names = {"--to", "--replay-to"},
      paramLabel = "URL",
      description = "the gateway to replay to first, usually with --shift-to-now")
  private @Nullable URI gateway;

  @Option(
      names = "--kill-processor",
      paramLabel = "N",
      defaultValue = "0",
      description = "kill the processor this many times, without notice, during the replay")
  private int kills;

  @Mixin private InstanceOption instance;

  @Option(
      names = {"--patience", "--timeout"},
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "the comparison starts when the counts have not changed for this time (default:"
              + " ${DEFAULT-VALUE})")
  private int patienceSeconds;

  @Option(
      names = "--as-named",
      description = "the processor runs with cardinality.templating off: expect names as they are")
  private boolean asNamed;

  @Option(
      names = "--query-token-env",
      paramLabel = "NAME",
      description = "the environment variable that holds the token for the processor")
  private @Nullable String queryVariable;

  @Option(
      names = "--query-token-file",
      paramLabel = "FILE",
      description = "the file that holds the token for the processor")
  private @Nullable Path queryFile;

  @Mixin private ReplayOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(Recording.open(file) instanceof SpanTable table)) {
      throw new ParameterException(spec.commandLine(), "FILE must be a span CSV");
    }
    URI asked =
        processor != null
            ? processor
            : URI.create(
                instance.addresses().map(Addresses::dashboard).orElse("http://127.0.0.1:8080"));
    long shift = options.shiftMs(table, Clock.systemUTC());
    ReplayCheck check = check(table, shift, asked);
    ReplayCheck.Patience patience = ReplayCheck.Patience.of(Duration.ofSeconds(patienceSeconds));
    if (gateway != null) {
      ask(asked, () -> check.begin(patience));
      if (!replay(table, shift, gateway).isComplete()) {
        return ExitCodes.FAILURE;
      }
    }
    ReplayCheck.Result result;
    try (StatusLine status = StatusLine.onStandardError()) {
      result = ask(asked, () -> check.run(patience, status::update));
    }
    System.out.println((result.isEqual() ? "EQUAL " : "DIFFERENT ") + result.summary());
    result.notes().forEach(note -> System.out.println("note: " + note));
    result.farthest().forEach(System.out::println);
    result.differences().forEach(difference -> System.out.println("differs: " + difference));
    return result.isEqual() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  /** A request to the processor. */
  private interface Question<T> {
    T ask() throws IOException, InterruptedException;
  }

  private static <T> T ask(URI processor, Question<T> question) throws InterruptedException {
    try {
      return question.ask();
    } catch (IOException e) {
      throw new EnvironmentException(
          "the processor at %s gives no complete response (%s): start it, or name another with --processor"
              .formatted(processor, e.getMessage()),
          e);
    }
  }

  private ReplayCheck check(SpanTable table, long shift, URI asked) throws IOException {
    UnaryOperator<String> templating = asNamed ? UnaryOperator.identity() : OperationTemplate::of;
    Secret token =
        TokenOptions.token(
            spec, "--query-token-env", queryVariable, "--query-token-file", queryFile);
    Credentials credentials = new Credentials(token, options.credentials().tls());
    return new ReplayCheck(table, shift, templating, asked, credentials);
  }

  private ReplayTally replay(SpanTable table, long shift, URI to)
      throws IOException, InterruptedException {
    ProgressBar bar = ProgressBar.onStandardError(table.spans());
    AtomicInteger killed = new AtomicInteger();
    ReplayTally tally =
        ReplayOptions.run(
            options.replay(
                table,
                shift,
                to,
                t -> {
                  bar.update(t.sent());
                  killWhenDue(t.sent(), table.spans(), killed);
                }),
            bar);
    if (killed.get() < kills) {
      throw new ParameterException(
          spec.commandLine(),
          "the processor was killed %d times only: no process is named by %s"
              .formatted(killed.get(), pidFile()));
    }
    return tally;
  }

  /** The kills are spread evenly over the replay. */
  private synchronized void killWhenDue(long sent, long total, AtomicInteger killed) {
    if (killed.get() < kills && sent > total * (killed.get() + 1) / (kills + 1)) {
      new PidFile(pidFile())
          .process()
          .ifPresent(
              p -> {
                System.err.println("killing the processor, pid " + p.pid());
                p.destroyForcibly();
                killed.incrementAndGet();
              });
    }
  }

  private Path pidFile() {
    return instance.directory().resolve("run").resolve("processor.pid");
  }
}
