package io.tracetide.standalone.cli;

import io.tracetide.standalone.config.TracetideConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --config}, shared by commands. */
final class ConfigOption {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "tracetide.yaml; given several times, later files overlay earlier ones")
  private List<Path> files = new ArrayList<>();

  List<Path> files() {
    return files;
  }

  TracetideConfig read() {
    return TracetideConfig.read(files, System.getenv());
  }
}
