package io.tracetide.standalone.cli;

import io.tracetide.query.Query;
import io.tracetide.query.QueryException;
import io.tracetide.query.TracetideQueries;
import io.tracetide.runtime.config.DurationFormat;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.launch.Addresses;
import io.tracetide.standalone.top.LiveTop;
import io.tracetide.standalone.top.PlainOutput;
import io.tracetide.standalone.top.TerminalOutput;
import io.tracetide.standalone.top.TopOutput;
import io.tracetide.standalone.top.TopSort;
import io.tracetide.standalone.top.TopTable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the services of a processor, live. */
@Command(
    name = "top",
    description = {
      "Shows the services with their rates, latencies, traces in flight and open anomalies, and"
          + " follows them.",
      "The key q or Ctrl-C ends it. While the processor does not answer, the last table stays, with"
          + " the reason.",
      "Without a terminal, or with NO_COLOR, it prints plain text: a table every five seconds.",
      "Exits 0 when q or --once has ended it, 130 after Ctrl-C, 2 when the command line is invalid,"
          + " 3 when the processor refuses the query, or with --once does not answer."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class TopCommand implements Callable<Integer> {
  private static final String DEFAULT_URL = "http://127.0.0.1:8080";
  private static final Duration ON_TERMINAL = Duration.ofSeconds(1);
  private static final Duration ELSEWHERE = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "URL of the processor (default: that of the running standalone, else "
              + DEFAULT_URL
              + ")")
  private @Nullable String url;

  @Mixin private InstanceOption instance;

  @Option(
      names = "--sort",
      paramLabel = "COLUMN",
      defaultValue = "p95",
      description =
          "p95, errors, rate, inflight, anomalies or name; the greatest first (default:"
              + " ${DEFAULT-VALUE})")
  private TopSort sort;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "most services (default: ${DEFAULT-VALUE})")
  private int limit;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "the only tenant to show (default: all of the token)")
  private @Nullable String tenant;

  @Option(
      names = "--range",
      paramLabel = "DURATION",
      defaultValue = "5m",
      description = "the time that rates and latencies are of (default: ${DEFAULT-VALUE})")
  private String range;

  @Option(names = "--once", description = "print the table once, and end")
  private boolean once;

  @Mixin private TokenOptions token;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1, got " + limit);
    }
    String address =
        url != null ? url : instance.addresses().map(Addresses::dashboard).orElse(DEFAULT_URL);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    try (TracetideQueries queries = client(address)) {
      LiveTop top =
          new LiveTop(
              queries,
              query(),
              new TopTable(sort, limit),
              address,
              Clock.systemUTC(),
              ZoneId.systemDefault(),
              isScreen() ? ON_TERMINAL : ELSEWHERE);
      if (once) {
        top.once(new PlainOutput(out));
      } else {
        try (TopOutput output = output(out)) {
          top.run(output);
        }
      }
      return ExitCodes.OK;
    } catch (QueryException e) {
      throw new EnvironmentException(
          "the processor at %s does not answer the query (%s): start it, or name another with --url"
              .formatted(address, e.getMessage()),
          e);
    }
  }

  private TracetideQueries client(String address) throws IOException {
    try {
      TracetideQueries.Builder builder =
          TracetideQueries.builder(address).requestTimeout(Duration.ofSeconds(10));
      Credentials credentials = token.credentials();
      if (credentials.token().isPresent()) {
        builder.token(credentials.token().reveal());
      }
      credentials.tls().ifPresent(builder::tls);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--url: " + e.getMessage(), e);
    }
  }

  private Query query() {
    Duration length =
        DurationFormat.parse(range)
            .filter(given -> given.compareTo(Duration.ofSeconds(10)) >= 0)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "--range must be a duration of 10s or more, such as 15m, got " + range));
    Query query = Query.last(length);
    return tenant == null ? query : query.tenant(tenant);
  }

  /** Whether the start script has found a terminal, and escape codes are wanted. */
  private static boolean isScreen() {
    String plain = System.getenv("NO_COLOR");
    return Boolean.getBoolean("tracetide.screen") && (plain == null || plain.isEmpty());
  }

  private static TopOutput output(PrintStream out) {
    return isScreen()
        ? TerminalOutput.open(out, System.in).orElseGet(() -> new PlainOutput(out))
        : new PlainOutput(out);
  }
}
