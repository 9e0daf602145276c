package io.tracetide.standalone.cli;

import io.tracetide.standalone.launch.Addresses;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --data-dir} of the tools: which standalone on this machine is meant. */
final class InstanceOption {
  /** Where a standalone keeps its data unless told otherwise. */
  static final String DEFAULT_DIRECTORY = "data";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "data directory of the running standalone that is meant (default: "
              + DEFAULT_DIRECTORY
              + ", if one runs there)")
  private @Nullable Path directory;

  boolean isGiven() {
    return directory != null;
  }

  /** The directory that is meant, whether something runs there or not. */
  Path directory() {
    return directory == null ? Path.of(DEFAULT_DIRECTORY) : directory;
  }

  /** The standalone of the directory that was named; without a name, the usual one if it runs. */
  Optional<Addresses> addresses() {
    return directory == null
        ? Addresses.find(Path.of(DEFAULT_DIRECTORY))
        : Optional.of(Addresses.of(directory));
  }
}
