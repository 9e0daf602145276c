package io.tracetide.standalone.cli.route;

import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.Route;
import io.tracetide.runtime.life.ExitCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the receivers of an alert. */
@Command(
    name = "test",
    description = {
      "Prints the receivers of an alert with the given labels, separated by commas, in the order"
          + " of the routing tree, as 'amtool config routes test' does. An absent label has the"
          + " empty value. Time intervals and inhibition rules are not applied.",
      "Exits 0, 1 when they are not those of --verify-receivers, 2 when the file cannot be used."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RoutesTestCommand implements Callable<Integer> {
  @Mixin private RoutingOptions routing;

  @Option(
      names = "--labels",
      arity = "1..*",
      paramLabel = "LABEL=VALUE",
      description = "labels of the alert; the same as the parameters")
  private List<String> labels = new ArrayList<>();

  @Parameters(arity = "0..*", paramLabel = "LABEL=VALUE", description = "labels of the alert")
  private List<String> more = new ArrayList<>();

  @Option(
      names = "--explain",
      description = "print the routes that match, with their keys, grouping and timing")
  private boolean explain;

  @Option(
      names = "--verify-receivers",
      paramLabel = "RECEIVERS",
      description = "exit 1 when the receivers are others than these, separated by commas")
  private @Nullable String expected;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, String> alert = new TreeMap<>();
    labels.forEach(text -> add(text, alert));
    more.forEach(text -> add(text, alert));
    List<Route> matched = routing.root().match(alert);
    String receivers =
        matched.stream().map(route -> route.options().receiver()).collect(Collectors.joining(","));
    System.out.println(receivers);
    if (explain) {
      matched.forEach(route -> System.out.print(RoutePrinter.details(route)));
    }
    if (expected != null && !expected.equals(receivers)) {
      System.out.println("expected the receivers " + expected);
      return ExitCodes.FAILURE;
    }
    return ExitCodes.OK;
  }

  private void add(String text, Map<String, String> alert) {
    LabelMatcher label;
    try {
      label = LabelMatcher.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "a label must be label=value, got " + text, e);
    }
    if (label.isRegex() || !label.isEqual()) {
      throw new ParameterException(spec.commandLine(), "a label must be label=value, got " + text);
    }
    alert.put(label.label(), label.value());
  }
}
