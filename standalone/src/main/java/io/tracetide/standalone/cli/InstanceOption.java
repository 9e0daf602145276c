package io.tracetide.standalone.cli;

import io.tracetide.standalone.launch.Addresses;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --data-dir} of the tools: selects a standalone on this machine. */
final class InstanceOption {
  /** Default data directory of a standalone. */
  static final String DEFAULT_DIRECTORY = "data";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "data directory of the running standalone to use (default: "
              + DEFAULT_DIRECTORY
              + ", if one runs there)")
  private @Nullable Path directory;

  boolean isGiven() {
    return directory != null;
  }

  /** The selected directory, whether a standalone runs there or not. */
  Path directory() {
    return directory == null ? Path.of(DEFAULT_DIRECTORY) : directory;
  }

  /**
   * The standalone of the given directory; by default that of the default directory, if it runs.
   */
  Optional<Addresses> addresses() {
    return directory == null
        ? Addresses.find(Path.of(DEFAULT_DIRECTORY))
        : Optional.of(Addresses.of(directory));
  }
}
