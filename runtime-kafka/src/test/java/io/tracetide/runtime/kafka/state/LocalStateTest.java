package io.tracetide.runtime.kafka.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.SuppliedClock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStateTest {
  @TempDir Path temporary;

  private Instant now = Instant.parse("2026-03-01T10:00:00Z");
  private final Clock clock = new SuppliedClock(() -> now);

  private LocalState state() {
    return new LocalState(temporary.resolve("state"), "app", clock);
  }

  private Path directory() {
    return temporary.resolve("state/app");
  }

  private Damage damage(String task) throws IOException {
    Files.createDirectories(directory().resolve(task));
    Files.writeString(directory().resolve(task).resolve("some"), task);
    return new Damage(directory().resolve(task), "alerts", "no CURRENT");
  }

  private static List<String> names(Path directory, String start) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(start))
          .sorted()
          .toList();
    }
  }

  @Test
  void shouldCreateTheDirectoryForItsOwnerOnly() throws Exception {
    state().prepare();

    for (Path path : List.of(directory(), directory().getParent())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rwx------");
    }
    assertThat(names(directory(), "")).isEmpty();
  }

  @Test
  void shouldNameTheFileInPlaceOfTheDirectory() throws Exception {
    Files.writeString(temporary.resolve("state"), "");

    assertRefused(
        state(),
        "state directory "
            + temporary.resolve("state")
            + " cannot be created: a file is in its place; move it away, or set stateDir to another"
            + " directory");
  }

  @Test
  void shouldNameTheFileInPlaceOfTheApplication() throws Exception {
    Files.createDirectories(temporary.resolve("state"));
    Files.writeString(directory(), "");

    assertRefused(state(), "state directory " + directory() + " cannot be created: a file is in");
  }

  @Test
  void shouldRefuseADirectoryThatIsReadOnly() {
    LocalState.Disk readOnly =
        new FakeDisk(1L << 30) {
          @Override
          public void tryWrite(Path directory) throws IOException {
            throw new FileSystemException(directory + "/x", null, "Read-only file system");
          }
        };

    assertRefused(
        new LocalState(temporary.resolve("state"), "app", clock, readOnly),
        "state directory " + directory() + " cannot be written (Read-only file system)");
  }

  @Test
  void shouldRefuseAFullDisk() {
    assertRefused(
        new LocalState(temporary.resolve("state"), "app", clock, new FakeDisk(3L << 20)),
        "disk full: state directory " + directory() + " has 3 MiB left and 16 MiB are needed");
  }

  @Test
  void shouldRefuseADirectoryInUse() throws Exception {
    state().prepare();
    try (FileChannel channel =
            FileChannel.open(
                directory().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();

      assertRefused(state(), "state directory " + directory() + " is in use by another process");
    }
    state().prepare();
  }

  private static void assertRefused(LocalState state, String sentence) {
    assertThatThrownBy(state::prepare)
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith(sentence)
        .hasMessageNotContaining("\n");
  }

  private static class FakeDisk implements LocalState.Disk {
    private final long free;

    FakeDisk(long free) {
      this.free = free;
    }

    @Override
    public long usableBytes(Path directory) {
      return free;
    }

    @Override
    public void tryWrite(Path directory) throws IOException {}
  }

  @Test
  void shouldMoveADamagedTaskToWhereStreamsDoesNotLook() throws Exception {
    Path aside = state().setAside(damage("0_1")).orElseThrow();

    assertThat(aside).isEqualTo(directory().resolve("corrupt-20260301T100000.000Z/0_1"));
    assertThat(aside.resolve("some")).hasContent("0_1");
    assertThat(directory().resolve("0_1")).doesNotExist();
  }

  @Test
  void shouldRefuseASecondDamageOfATaskWithinTenMinutesAcrossProcesses() throws Exception {
    state().setAside(damage("0_1"));
    now = now.plus(Duration.ofMinutes(9));
    state().setAside(damage("0_2"));

    LocalState later = state();
    Damage second = damage("0_1");
    assertThatThrownBy(() -> later.setAside(second))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageStartingWith(
            "state directory %s is damaged a second time within 10 minutes (store alerts: no CURRENT)"
                .formatted(directory().resolve("0_1")))
        .hasMessageNotContaining("\n");
    assertThat(directory().resolve("0_1")).isDirectory();

    now = now.plus(Duration.ofMinutes(2));
    assertThat(state().setAside(second)).get().matches(Files::isDirectory);
  }

  @Test
  void shouldRememberATaskThatStreamsHasDeleted() throws Exception {
    Files.createDirectories(directory());
    Damage gone = new Damage(directory().resolve("0_1"), "alerts", "checksum mismatch");

    assertThat(state().setAside(gone)).isEmpty();
    assertThatThrownBy(() -> state().setAside(gone)).isInstanceOf(EnvironmentException.class);
  }

  @Test
  void shouldKeepTheNewestThree() throws Exception {
    for (int i = 0; i < 5; i++) {
      state().setAside(damage("0_" + i));
      now = now.plusSeconds(1);
    }

    assertThat(names(directory(), "corrupt-"))
        .containsExactly(
            "corrupt-20260301T100002.000Z",
            "corrupt-20260301T100003.000Z",
            "corrupt-20260301T100004.000Z");
  }

  @Test
  void shouldMoveWhatIsInPlaceOfATaskAside() throws Exception {
    Files.createDirectories(directory());
    Files.writeString(directory().resolve("0_1"), "");

    Damage found = state().damaged().get(0);
    assertThat(state().setAside(found)).get().matches(Files::isRegularFile);
    assertThat(state().damaged()).isEmpty();
  }
}
