package io.tracetide.standalone.cli;

import io.tracetide.processor.compliance.Compliance;
import io.tracetide.runtime.config.ConfigKey;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.config.TracetideConfig;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks a configuration. */
@Command(
    name = "check-config",
    description = {
      "Reports every problem of a configuration at once, or OK. Reads the tokens, certificates and"
          + " alertmanager.yml that it names, too.",
      "Parts of an alertmanager.yml that have no effect are warnings.",
      "Exits 2 when it cannot be used, and 1 when records are kept longer than a control of"
          + " processor.compliance allows."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class CheckConfigCommand implements Callable<Integer> {
  @Mixin private ConfigOption config;

  @Option(
      names = "--defaults",
      description = "print every key with its type and default, separated by tabs")
  private boolean defaults;

  @Override
  public Integer call() {
    if (defaults) {
      for (ConfigKey key : ConfigReader.keys(TracetideConfig.defaults())) {
        System.out.printf("%s\t%s\t%s%n", key.path(), key.type(), key.defaultValue());
      }
      return 0;
    }
    TracetideConfig read = config.read();
    List.of(
            read.gateway().listener(),
            read.gateway().grpc(),
            read.processor().listener(),
            read.sink().listener())
        .forEach(Listener::check);
    read.sink()
        .toAlerting()
        .limitations()
        .forEach(each -> System.out.println("warning: sink.alertmanagerConfig: " + each));
    List<Compliance.TooLong> tooLong = read.processor().keptTooLong();
    tooLong.forEach(record -> System.out.println("processor." + record));
    if (!tooLong.isEmpty()) {
      return ExitCodes.FAILURE;
    }
    System.out.println("OK");
    return ExitCodes.OK;
  }
}
