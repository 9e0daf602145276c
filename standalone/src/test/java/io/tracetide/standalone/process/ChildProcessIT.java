package io.tracetide.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  /** Writes its pid, then sleeps; or exits with the code it is given. */
  public static final class Sleeper {
    public static void main(String[] args) throws Exception {
      System.out.println("sleeper " + ProcessHandle.current().pid());
      if (args.length > 0) {
        System.exit(Integer.parseInt(args[0]));
      }
      TimeUnit.MINUTES.sleep(5);
    }
  }

  /** Starts a sleeper as its child, then waits to be killed. */
  public static final class Parent {
    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      ChildProcess.start(sleeper(), directory.resolve("child.log"), directory.resolve("child.pid"));
      TimeUnit.MINUTES.sleep(5);
    }
  }

  private static JavaCommand sleeper(String... args) {
    return command("sleeper", Sleeper.class, args);
  }

  private static JavaCommand command(String name, Class<?> main, String... args) {
    return new JavaCommand(
        name,
        List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        System.getProperty("java.class.path"),
        main.getName(),
        List.of(args));
  }

  @Test
  void shouldStartAgainWithinASecondWhenKilled() {
    try (ChildProcess child = start(sleeper())) {
      long first = child.pid();
      awaitOutput(first);

      long killed = System.nanoTime();
      child.kill();

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> child.pid() != first);
      assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(1));
      awaitOutput(child.pid());
      assertThat(child.restarts()).isEqualTo(1);
    }
  }

  @Test
  void shouldNotStartAgainWhenTheConfigurationIsBad() {
    try (ChildProcess child = start(sleeper("2"))) {
      await().atMost(PATIENCE).until(() -> child.finalExit().isPresent());
      assertThat(child.finalExit()).hasValue(2);
      assertThat(child.restarts()).isZero();
    }
  }

  @Test
  void shouldEndWhenClosed() {
    ChildProcess child = start(sleeper());
    awaitOutput(child.pid());

    child.close();

    assertThat(child.isAlive()).isFalse();
    assertThat(directory.resolve("child.pid")).doesNotExist();
  }

  @Test
  void shouldEndWhenItsParentIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("parent.log").toFile())
            .start();
    try {
      PidFile pidFile = new PidFile(directory.resolve("child.pid"));
      await().atMost(PATIENCE).until(() -> pidFile.process().isPresent());
      ProcessHandle child = pidFile.process().orElseThrow();
      awaitOutput(child.pid());

      parent.destroyForcibly().waitFor();

      await().atMost(Duration.ofSeconds(5)).until(() -> !child.isAlive());
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void shouldEndWhatAnEarlierRunLeftBehind() throws Exception {
    Process left = new ProcessBuilder("sleep", "300").start();
    Path file = directory.resolve("child.pid");
    new PidFile(file).write(left.toHandle());

    ChildProcess.endStale(file);

    assertThat(left.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(file).doesNotExist();
  }

  @Test
  void shouldSpareAStrangerWhenItHasTheIdOfAnEarlierChild() throws Exception {
    Process stranger = new ProcessBuilder("sleep", "300").start();
    try {
      Path file = directory.resolve("child.pid");
      Files.writeString(file, stranger.pid() + "\n2001-01-01T00:00:00Z\n");

      ChildProcess.endStale(file);

      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  private ChildProcess start(JavaCommand command) {
    return ChildProcess.start(
        command, directory.resolve("child.log"), directory.resolve("child.pid"));
  }

  private void awaitOutput(long pid) {
    await().atMost(PATIENCE).until(() -> log().contains("sleeper " + pid));
  }

  private String log() {
    try {
      Path file = directory.resolve("child.log");
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "";
    }
  }
}
