package io.tracetide.standalone.cli.route;

import io.tracetide.runtime.life.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the routing tree. */
@Command(
    name = "show",
    description = {
      "Prints the routing tree in the form of 'amtool config routes show'.",
      "Exits 2 when the file cannot be used."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RoutesShowCommand implements Callable<Integer> {
  @Mixin private RoutingOptions routing;

  @Override
  public Integer call() {
    System.out.print(RoutePrinter.tree(routing.root()));
    return ExitCodes.OK;
  }
}
