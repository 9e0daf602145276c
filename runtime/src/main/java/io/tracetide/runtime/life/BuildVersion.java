package io.tracetide.runtime.life;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of the release and the commit of the build as {@code git describe} prints it. The
 * build writes both to a resource beside this class; the same commit gives the same file.
 */
public final class BuildVersion {
  static final String FILE = "build.properties";
  private static final String TEXT = read();

  private BuildVersion() {}

  /** Such as {@code 0.1.0 (v0.1.0-4-g0123456789ab)}; without the commit when the build had none. */
  public static String text() {
    return TEXT;
  }

  private static String read() {
    try (InputStream in = BuildVersion.class.getResourceAsStream(FILE)) {
      Properties build = new Properties();
      if (in != null) {
        build.load(in);
      }
      return text(build);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Properties build) {
    String version = build.getProperty("version", "").strip();
    String commit = build.getProperty("commit", "").strip();
    if (version.isEmpty()) {
      return "unknown";
    }
    return commit.isEmpty() ? version : version + " (" + commit + ")";
  }
}
