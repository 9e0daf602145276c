package io.tracetide.standalone.environment;

import io.tracetide.runtime.life.EnvironmentException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of a standalone, which is locked by one process at a time and survives
 * restarts.
 */
public final class DataDirectory implements AutoCloseable {
  /** Free space that a start requires; the default retention of a small demo needs less. */
  public static final long MIN_FREE_BYTES = 200L << 20;

  private final Path root;
  private final FileChannel lockChannel;

  private DataDirectory(Path root, FileChannel lockChannel) {
    this.root = root;
    this.lockChannel = lockChannel;
  }

  /**
   * Creates the directory if it is missing, and locks it.
   *
   * @throws EnvironmentException when it cannot be written, its disk is full, or another process
   *     has locked it
   */
  public static DataDirectory claim(Path directory) {
    Path root = directory.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(root)) {
        Files.createDirectories(root);
        ownerOnly(root);
      }
      requireSpace(root);
      return new DataDirectory(root, lock(root));
    } catch (IOException e) {
      throw notWritable(root, e);
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Locked by this process: the same error as for another one.
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new EnvironmentException(
          "data directory %s is in use by another Tracetide: stop it, or choose another --data-dir"
              .formatted(root));
    }
    return channel;
  }

  /** Refuses a directory whose disk has less than {@link #MIN_FREE_BYTES} left. */
  static void requireSpace(Path directory) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < MIN_FREE_BYTES) {
      throw new EnvironmentException(
          "disk full: %s has %d MiB left and %d MiB are needed: free space, or choose another --data-dir"
              .formatted(directory, free >> 20, MIN_FREE_BYTES >> 20));
    }
  }

  private static EnvironmentException notWritable(Path root, IOException e) {
    String reason =
        e instanceof FileSystemException f && f.getReason() != null
            ? f.getReason()
            : e.getClass().getSimpleName();
    return new EnvironmentException(
        "data directory %s cannot be written (%s): give this user write access, or choose another --data-dir"
            .formatted(root, reason),
        e);
  }

  public Path root() {
    return root;
  }

  /** The directory has traces and settings, which other users of the machine must not read. */
  private static void ownerOnly(Path directory) throws IOException {
    if (Files.getFileAttributeView(directory, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** A subdirectory, accessible to its owner only, created when it is missing. */
  public Path directory(String name) {
    Path path = root.resolve(name);
    try {
      Files.createDirectories(path);
      ownerOnly(path);
      return path;
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  /** Directory of the log files. */
  public Path logs() {
    return directory("logs");
  }

  /** Directory for the running processes: pid files and the configuration of children. */
  public Path run() {
    return directory("run");
  }

  @Override
  public void close() {
    try {
      lockChannel.close();
    } catch (IOException e) {
      throw new IllegalStateException("lock of " + root + " was not released", e);
    }
  }
}
