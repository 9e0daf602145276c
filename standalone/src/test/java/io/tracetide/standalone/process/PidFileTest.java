package io.tracetide.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

  private static final String BOOT = "0f1e2d3c-1111-2222-3333-444455556666";

  @TempDir Path directory;

  private final ProcessHandle own = ProcessHandle.current();
  private Path proc;
  private Path file;
  private PidFile pidFile;

  @BeforeEach
  void start() throws IOException {
    proc = directory.resolve("proc");
    file = directory.resolve("standalone.pid");
    pidFile = new PidFile(file, proc);
    Files.createDirectories(proc.resolve("sys/kernel/random"));
    Files.createDirectories(proc.resolve(Long.toString(own.pid())));
    boot(BOOT);
    ticks(4_711);
  }

  @Test
  void shouldFindTheProcessAfterTheWallClockWasSet() throws IOException {
    pidFile.write(own);
    String written = Files.readString(file);
    assertThat(written.lines()).hasSize(3).last().isEqualTo(BOOT + " 4711");

    // A step of the clock moves the instants of all processes that run.
    writeInstant(Duration.ofHours(3), BOOT + " 4711");
    assertThat(pidFile.process()).contains(own);
    writeInstant(Duration.ofDays(-40), BOOT + " 4711");
    assertThat(pidFile.process()).contains(own);
  }

  @Test
  void shouldNotFindAnotherProcessWithTheSameId() throws IOException {
    pidFile.write(own);
    ticks(4_712);
    assertThat(pidFile.process()).isEmpty();

    ticks(4_711);
    boot("another");
    assertThat(pidFile.process()).isEmpty();
  }

  @Test
  void shouldReadFilesOfEarlierBuilds() throws IOException {
    Instant start = own.info().startInstant().orElseThrow();
    Files.writeString(file, own.pid() + "\n" + start + "\n");
    assertThat(pidFile.process()).contains(own);

    Files.writeString(file, own.pid() + "\n" + start.plusSeconds(60) + "\n");
    assertThat(pidFile.process()).isEmpty();
  }

  @Test
  void shouldCompareInstantsWhereTheKernelDoesNotTellTheTimeSinceTheBoot() throws IOException {
    PidFile elsewhere = new PidFile(file, directory.resolve("missing"));
    elsewhere.write(own);
    assertThat(elsewhere.process()).contains(own);
    assertThat(pidFile.process()).contains(own);

    writeInstant(Duration.ofSeconds(1), BOOT + " 4711");
    assertThat(elsewhere.process()).contains(own);
    writeInstant(Duration.ofSeconds(30), BOOT + " 4711");
    assertThat(elsewhere.process()).isEmpty();
  }

  @Test
  void shouldFindTheProcessByTheFilesOfThisKernel() {
    PidFile real = new PidFile(file);
    real.write(own);
    assertThat(real.process()).contains(own);
  }

  @Test
  void shouldFindNoProcessInADamagedFile() throws IOException {
    for (String text : new String[] {"", "\n", "x\ny\n", own.pid() + "", own.pid() + "\n\n\n"}) {
      Files.writeString(file, text);
      assertThat(pidFile.process()).as(text).isEmpty();
    }
  }

  private void writeInstant(Duration step, String sinceBoot) throws IOException {
    Instant start = own.info().startInstant().orElseThrow().plus(step);
    Files.writeString(file, own.pid() + "\n" + start + "\n" + sinceBoot + "\n");
  }

  private void boot(String id) throws IOException {
    Files.writeString(proc.resolve("sys/kernel/random/boot_id"), id + "\n");
  }

  private void ticks(long ticks) throws IOException {
    Files.writeString(
        proc.resolve(Long.toString(own.pid())).resolve("stat"),
        own.pid()
            + " (ja) va (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "
            + ticks
            + " 123456 99\n");
  }
}
