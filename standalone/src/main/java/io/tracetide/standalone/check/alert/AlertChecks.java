package io.tracetide.standalone.check.alert;

import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.standalone.check.alert.AlertRig.Place;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The checks, each with a broker of its own; all of them use one schema registry. */
public final class AlertChecks {

  /** A check. */
  public enum Check {
    /** Kills and a freeze under load. */
    KILLS,
    /** Kills after the 200 of a silence. */
    SILENCES,
    /** Kills during the group wait. */
    RESTART,
    /** The time from an anomaly to its notification. */
    LATENCY,
    /** Many alerts in a short time. */
    STORM,
    /** Many alerts at the same time. */
    MEMORY
  }

  /** Rounds of the check of restarts for each kill of the others. */
  private static final int KILLS_PER_RESTART = 10;

  private final Path directory;
  private final String registryUrl;
  private final Class<?> commandLine;
  private final CheckSettings settings;

  /**
   * Checks with a schema registry that has the schemas.
   *
   * @param directory for data and logs
   * @param registryUrl of the schema registry
   * @param commandLine class whose main method runs the role named by its first argument
   */
  public AlertChecks(
      Path directory, String registryUrl, Class<?> commandLine, CheckSettings settings) {
    this.directory = directory;
    this.registryUrl = registryUrl;
    this.commandLine = commandLine;
    this.settings = settings;
  }

  /**
   * Starts a schema registry for the checks.
   *
   * @param closers closes it
   * @return its URL
   */
  public static String startRegistry(Path directory, Closers closers) {
    DataDirectory data = closers.add("data", DataDirectory.claim(directory.resolve("registry")));
    EmbeddedRegistry registry =
        closers.add(
            "registry",
            EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, 0, AlertRig.PATIENCE));
    try (HttpSchemaRegistry client =
        HttpSchemaRegistry.create(RegistrySettings.of(registry.url()))) {
      SubjectCatalog.register(client);
    }
    return registry.url();
  }

  /**
   * Runs a check.
   *
   * @param progress receives what is going on
   * @param closers closes what the check has started, if this process ends before its end
   */
  public List<Property> run(Check check, Consumer<String> progress, Closers closers)
      throws InterruptedException {
    Path own;
    try {
      own = Files.createDirectories(directory.resolve(check.name().toLowerCase(Locale.ROOT)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (AlertRig rig =
        closers.add("rig", AlertRig.start(new Place(own, registryUrl, commandLine)))) {
      return switch (check) {
        case KILLS -> KillCheck.run(rig, settings, progress);
        case SILENCES -> SilenceCheck.run(rig, settings, progress);
        case RESTART ->
            RestartCheck.run(
                rig, settings, Math.max(1, settings.kills() / KILLS_PER_RESTART), progress);
        case LATENCY -> LatencyCheck.run(rig, settings, progress);
        case STORM -> StormCheck.run(rig, settings, progress);
        case MEMORY -> MemoryCheck.run(rig, settings, progress);
      };
    }
  }
}
