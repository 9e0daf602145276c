package io.tracetide.standalone.cli.route;

import io.tracetide.alert.alertmanager.AlertmanagerFile;
import io.tracetide.alert.route.Route;
import io.tracetide.standalone.config.TracetideConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the file with the routes. */
final class RoutingOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "tracetide.yaml; given several times, later files overlay earlier ones")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--alertmanager",
      paramLabel = "FILE",
      description = "alertmanager.yml, in place of the one that tracetide.yaml names")
  private @Nullable Path alertmanager;

  /**
   * The root of the tree.
   *
   * @throws io.tracetide.runtime.config.ConfigException when the file cannot be used
   */
  Route root() {
    return alertmanager == null
        ? TracetideConfig.read(files, System.getenv()).sink().toRouting().root()
        : AlertmanagerFile.read(alertmanager).root();
  }
}
