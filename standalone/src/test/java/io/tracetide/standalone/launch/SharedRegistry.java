package io.tracetide.standalone.launch;

import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One schema registry with all schemas for all tests of this JVM; it ends with the JVM. */
final class SharedRegistry {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static EmbeddedRegistry instance;

  private SharedRegistry() {}

  /** Started by the first caller; a start that fails fails the test of that caller. */
  static synchronized EmbeddedRegistry get() {
    if (instance == null) {
      instance = Closers.start(SharedRegistry::start);
    }
    return instance;
  }

  private static EmbeddedRegistry start(Closers closers) {
    Runtime.getRuntime().addShutdownHook(new Thread(closers::close));
    DataDirectory data = closers.add("data", DataDirectory.claim(temporary()));
    EmbeddedRegistry started =
        closers.add(
            "registry", EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, 0, PATIENCE));
    try (HttpSchemaRegistry client =
        HttpSchemaRegistry.create(RegistrySettings.of(started.url()))) {
      SubjectCatalog.register(client);
    }
    return started;
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("tracetide-registry");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
