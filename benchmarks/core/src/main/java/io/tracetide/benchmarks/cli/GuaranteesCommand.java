package io.tracetide.benchmarks.cli;

import io.tracetide.processor.ProcessorConfig.Guarantee;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures the cost of exactly-once processing. */
@Command(
    name = "guarantees",
    description =
        "Compares exactly_once_v2 with at_least_once over the same events, in interleaved rounds.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class GuaranteesCommand implements Callable<Integer> {

  private static final TwoSettings.Target TARGET =
      new TwoSettings.Target(
          "Cost of exactly-once processing",
          "CPU of exactly_once_v2, times that of at_least_once",
          1.15);

  @Mixin private TwoSettings settings;

  @Override
  public Integer call() throws InterruptedException {
    return settings.compare(
        TARGET,
        UnaryOperator.identity(),
        of(Guarantee.EXACTLY_ONCE_V2),
        of(Guarantee.AT_LEAST_ONCE));
  }

  private static TwoSettings.Case of(Guarantee guarantee) {
    return new TwoSettings.Case(
        guarantee.name().toLowerCase(Locale.ROOT), settings -> settings.with(guarantee));
  }
}
