package io.tracetide.runtime.kafka.state;

import io.tracetide.runtime.life.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state directory of a Streams application. All of it can be restored from Kafka, so damaged
 * tasks are set aside; Kafka Streams itself would fail on them at every start.
 *
 * <pre>
 * STATE_DIR/APPLICATION_ID/0_1/              a task; Streams scans and cleans names like this
 *                          corrupt-TIME/0_1/ what was set aside; the newest three are kept
 *                          damaged-tasks     when which task was set aside
 * * </pre>
 */
public final class LocalState {
  private static final Logger log = LoggerFactory.getLogger(LocalState.class);

  /** A second damage of a task within this time is not repaired, because its cause persists. */
  static final Duration ONCE_WITHIN = Duration.ofMinutes(10);

  /** Kafka Streams and RocksDB write this much within seconds of a start. */
  static final long MIN_FREE_BYTES = 16L << 20;

  private static final int KEPT = 3;
  private static final String ASIDE = "corrupt-";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Port: the checks of the disk of a directory. */
  interface Disk {
    long usableBytes(Path directory) throws IOException;

    /** Fails when nothing can be written to the directory. */
    void tryWrite(Path directory) throws IOException;
  }

  private final Path base;
  private final Path directory;
  private final Clock clock;
  private final Disk disk;

  /**
   * State of an application.
   *
   * @param stateDirectory value of {@code state.dir}
   * @param applicationId value of {@code application.id}
   */
  public LocalState(Path stateDirectory, String applicationId, Clock clock) {
    this(stateDirectory, applicationId, clock, new LocalDisk());
  }

  LocalState(Path stateDirectory, String applicationId, Clock clock, Disk disk) {
    this.base = stateDirectory.toAbsolutePath().normalize();
    this.directory = base.resolve(applicationId);
    this.clock = clock;
    this.disk = disk;
  }

  public Path directory() {
    return directory;
  }

  /**
   * Creates the directory if it is missing, for its owner only.
   *
   * @throws EnvironmentException when it cannot be created or written, its disk is full, or another
   *     process uses it
   */
  public void prepare() {
    create(base);
    create(directory);
    try {
      requireUnused();
      long free = disk.usableBytes(directory);
      if (free < MIN_FREE_BYTES) {
        throw new EnvironmentException(
            "disk full: state directory %s has %d MiB left and %d MiB are needed: free space, or set stateDir to another disk"
                .formatted(directory, free >> 20, MIN_FREE_BYTES >> 20));
      }
      disk.tryWrite(directory);
    } catch (IOException e) {
      throw notWritable(directory, e);
    }
  }

  private static void create(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path);
        ownerOnly(path);
      }
    } catch (FileAlreadyExistsException e) {
      throw new EnvironmentException(
          "state directory %s cannot be created: a file is in its place; move it away, or set stateDir to another directory"
              .formatted(path),
          e);
    } catch (IOException e) {
      throw notWritable(path, e);
    }
  }

  private void requireUnused() throws IOException {
    Path file = directory.resolve(".lock");
    if (!Files.exists(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse();
      }
      lock.release();
    } catch (OverlappingFileLockException e) {
      throw inUse();
    }
  }

  private EnvironmentException inUse() {
    return new EnvironmentException(
        "state directory %s is in use by another process: stop it, or set stateDir to another directory"
            .formatted(directory));
  }

  /** Restricts the directories to their owner; Kafka Streams makes them readable for the group. */
  public void restrict() {
    try {
      ownerOnly(base);
      ownerOnly(directory);
    } catch (IOException e) {
      log.warn("permissions not changed directory={} reason={}", directory, reason(e));
    }
  }

  private static void ownerOnly(Path path) throws IOException {
    if (Files.getFileAttributeView(path, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /**
   * Finds damaged tasks. The application must not run, and no other process may use the directory.
   */
  public List<Damage> damaged() {
    return StoreCheck.of(directory, Long.MAX_VALUE).damaged();
  }

  /**
   * Finds the tasks that would fail at a start.
   *
   * @param checksumBytes maximum of bytes whose checksums are verified
   * @param exactlyOnce whether Kafka Streams drops tasks that were not closed
   */
  public Findings check(long checksumBytes, boolean exactlyOnce) {
    int tasks = StoreCheck.tasks(directory).size();
    StoreCheck.Result found = StoreCheck.of(directory, checksumBytes);
    return new Findings(found.damaged(), exactlyOnce ? found.unclean() : List.of(), tasks);
  }

  /**
   * The result of the checks before a start.
   *
   * @param damaged tasks to be set aside
   * @param unclean tasks that Kafka Streams would drop, with three warnings for each
   * @param tasks number of tasks
   */
  public record Findings(List<Damage> damaged, List<Path> unclean, int tasks) {}

  /** Deletes tasks, so that they are restored from their changelogs. */
  public void drop(List<Path> tasks) {
    try {
      for (Path task : tasks) {
        Utils.delete(task.toFile());
      }
    } catch (IOException e) {
      throw notWritable(directory, e);
    }
  }

  /**
   * Moves a damaged task aside, so that it is restored from its changelogs.
   *
   * @return its new directory; empty when Kafka Streams has deleted it, as it does under
   *     exactly-once with tasks that it could not close
   * @throws EnvironmentException when that has happened to this task within ten minutes, or the
   *     task cannot be moved
   */
  public Optional<Path> setAside(Damage damage) {
    Instant now = clock.instant();
    List<Recovery> recent = new ArrayList<>(recoveries());
    recent.removeIf(recovery -> recovery.at.isBefore(now.minus(ONCE_WITHIN)));
    if (recent.stream().anyMatch(recovery -> recovery.task.equals(damage.task()))) {
      throw new EnvironmentException(
          "state directory %s is damaged a second time within %d minutes (%s%s): check its disk, then delete the directory and start again; it is restored from Kafka"
              .formatted(
                  damage.directory(),
                  ONCE_WITHIN.toMinutes(),
                  damage.store().isEmpty() ? "" : "store " + damage.store() + ": ",
                  damage.reason()));
    }
    recent.add(new Recovery(now, damage.task()));
    try {
      // Written first, so that a process that crashes in between does not repeat this forever.
      write(recent);
      if (!Files.exists(damage.directory())) {
        return Optional.empty();
      }
      Path aside = directory.resolve(ASIDE + TIME.format(now));
      Files.createDirectories(aside);
      ownerOnly(aside);
      Path target = aside.resolve(damage.task());
      Files.move(damage.directory(), target, StandardCopyOption.ATOMIC_MOVE);
      prune();
      return Optional.of(target);
    } catch (IOException e) {
      throw notWritable(directory, e);
    }
  }

  private record Recovery(Instant at, String task) {}

  private Path history() {
    return directory.resolve("damaged-tasks");
  }

  private List<Recovery> recoveries() {
    if (!Files.exists(history())) {
      return List.of();
    }
    List<Recovery> known = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(history())) {
        String[] fields = line.split(" ", 2);
        if (fields.length == 2) {
          known.add(new Recovery(Instant.parse(fields[0]), fields[1]));
        }
      }
    } catch (IOException | DateTimeParseException e) {
      log.warn("history of damage not read file={} reason={}", history(), reason(e));
    }
    return known;
  }

  private void write(List<Recovery> recoveries) throws IOException {
    Path temporary = history().resolveSibling("damaged-tasks.tmp");
    Files.write(
        temporary, recoveries.stream().map(recovery -> recovery.at + " " + recovery.task).toList());
    Files.move(temporary, history(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Names begin with the time, so their order is that of time. */
  private void prune() throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      List<Path> aside =
          list.filter(path -> String.valueOf(path.getFileName()).startsWith(ASIDE))
              .sorted(Comparator.reverseOrder())
              .toList();
      for (Path old : aside.subList(Math.min(KEPT, aside.size()), aside.size())) {
        Utils.delete(old.toFile());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The exception for a failure of the machine (disk, permissions). */
  public EnvironmentException unusable(String reason) {
    return new EnvironmentException(
        "state directory %s cannot be used (%s): free space or give this user write access, or set stateDir to another directory"
            .formatted(directory, reason));
  }

  private static EnvironmentException notWritable(Path path, IOException e) {
    return new EnvironmentException(
        "state directory %s cannot be written (%s): free space or give this user write access, or set stateDir to another directory"
            .formatted(path, reason(e)),
        e);
  }

  private static String reason(Exception e) {
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : StateFailure.oneLine(e);
  }

  private static final class LocalDisk implements Disk {
    private static final byte[] SOME = new byte[64 << 10];

    @Override
    public long usableBytes(Path directory) throws IOException {
      return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public void tryWrite(Path directory) throws IOException {
      Path file = Files.createTempFile(directory, "write", ".tmp");
      try {
        Files.write(file, SOME, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
      } finally {
        Files.delete(file);
      }
    }
  }
}
