package io.tracetide.standalone.process;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;

/** Finds the location that code was loaded from. */
public final class CodeLocation {
  private CodeLocation() {}

  /** The jar or the directory that holds the class. */
  public static Path of(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalStateException(type + " has no code source");
    }
    try {
      URI location = source.getLocation().toURI();
      return Path.of(location);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
