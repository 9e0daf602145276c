package io.tracetide.alert.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.reload.ReloadStatus.Result;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.SuppliedClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloadTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String INVALID = "!";

  /** What the readings return; the last one is returned again and again. */
  private final Deque<String> file = new ArrayDeque<>(List.of("a"));

  private final List<String> applied = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();
  private Instant now = NOW;
  private boolean refusing;
  private List<String> restartRequired = List.of();

  private final ConfigReload<String> reload =
      new ConfigReload<>(
          "a", this::read, new TestTarget(), Duration.ofMillis(1), new SuppliedClock(() -> now));

  private String read() {
    String text = file.size() > 1 ? file.removeFirst() : file.getFirst();
    if (text.startsWith(INVALID)) {
      throw new ConfigException(
          "tracetide.yaml",
          List.of(
              new ConfigProblem("sink.routes", text, "a list"),
              new ConfigProblem("sink.stateDir", "", "a text that is not blank")));
    }
    return text;
  }

  private void write(String... readings) {
    file.clear();
    file.addAll(List.of(readings));
  }

  @Test
  void shouldApplyAConfigurationThatHasChanged() throws Exception {
    assertThat(reload.reload("ann").result()).isEqualTo(Result.UNCHANGED);
    write("b");
    restartRequired = List.of("sink.listener");
    now = NOW.plusSeconds(60);
    ReloadStatus status = reload.reload("ann");

    assertThat(status)
        .isEqualTo(
            new ReloadStatus(now, "ann", Result.APPLIED, List.of(), List.of("sink.listener"), now))
        .isEqualTo(reload.status());
    assertThat(reload.reload("ann").result()).isEqualTo(Result.UNCHANGED);
    assertThat(reload.status().restartRequired()).containsExactly("sink.listener");
    assertThat(applied).containsExactly("b");
    assertThat(results).containsExactly(Result.UNCHANGED, Result.APPLIED, Result.UNCHANGED);
  }

  @Test
  void shouldKeepTheConfigurationAndReportEveryProblemOfAnInvalidOne() throws Exception {
    write("!");
    now = NOW.plusSeconds(60);
    ReloadStatus status = reload.reload("ann");

    assertThat(status.result()).isEqualTo(Result.INVALID);
    assertThat(status.isSuccessful()).isFalse();
    assertThat(status.lastSuccess()).isEqualTo(NOW);
    assertThat(status.problems())
        .containsExactly(
            "tracetide.yaml: 2 problems",
            "  sink.routes: got \"!\", expected a list",
            "  sink.stateDir: expected a text that is not blank");
    assertThat(applied).isEmpty();

    write("a");
    assertThat(reload.reload("ann").result()).isEqualTo(Result.UNCHANGED);
    assertThat(reload.status().isSuccessful()).isTrue();
  }

  @Test
  void shouldReadAFileOnceMoreThatIsBeingWritten() throws Exception {
    write("!half", "b");
    assertThat(reload.reload("ann").result()).isEqualTo(Result.APPLIED);
    assertThat(applied).containsExactly("b");
  }

  @Test
  void shouldNoticeAChangeOfTheFile() throws Exception {
    reload.poll();
    write("b");
    reload.poll();
    reload.poll();

    assertThat(applied).containsExactly("b");
    assertThat(reload.status().by()).isEqualTo("file");
    assertThat(results).containsExactly(Result.APPLIED);
  }

  @Test
  void shouldNotApplyAChangeBeforeItIsWrittenCompletely() throws Exception {
    write("b-begin", "b", "b");
    reload.poll();
    assertThat(applied).isEmpty();

    reload.poll();
    assertThat(applied).containsExactly("b");
  }

  @Test
  void shouldReportEachInvalidFileOnce() throws Exception {
    write("!1");
    reload.poll();
    reload.poll();
    write("!2");
    reload.poll();
    reload.poll();
    write("a");
    reload.poll();
    reload.poll();

    assertThat(results).containsExactly(Result.INVALID, Result.INVALID, Result.UNCHANGED);
    assertThat(applied).isEmpty();
  }

  @Test
  void shouldReportAConfigurationThatCannotBeAppliedAndTryItAgainOnRequestOnly() throws Exception {
    refusing = true;
    write("b");
    reload.poll();
    reload.poll();
    assertThat(results).containsExactly(Result.INVALID);
    assertThat(reload.status().reason()).isEqualTo("cannot be applied: no channel");

    refusing = false;
    assertThat(reload.reload("ann").result()).isEqualTo(Result.APPLIED);
    assertThat(applied).containsExactly("b");
  }

  @Test
  @Timeout(30)
  void shouldReportANamedPipeInPlaceOfTheFile(@TempDir Path directory) throws Exception {
    Path yaml = directory.resolve("tracetide.yaml");
    ConfigReload<String> fromFile =
        new ConfigReload<>(
            "a",
            () -> ConfigReader.read(yaml, new Named("a"), Map.of()).name(),
            new TestTarget(),
            Duration.ofMillis(1),
            new SuppliedClock(() -> now));
    assertThat(new ProcessBuilder("mkfifo", yaml.toString()).start().waitFor()).isZero();

    fromFile.poll();
    ReloadStatus status = fromFile.reload("ann");

    assertThat(status.result()).isEqualTo(Result.INVALID);
    assertThat(status.problems())
        .containsExactly(
            yaml
                + ": expected a regular file, not a directory, a named pipe, a socket or a device");
    assertThat(applied).isEmpty();

    Files.delete(yaml);
    Files.writeString(yaml, "name: b\n");
    assertThat(fromFile.reload("ann").result()).isEqualTo(Result.APPLIED);
    assertThat(applied).containsExactly("b");
  }

  @Test
  @Timeout(30)
  void shouldNotWaitForEverForAReadingThatDoesNotEnd() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ConfigReload<String> hanging =
        new ConfigReload<>(
            "a",
            () -> {
              reading.countDown();
              awaitEnd(end);
              return "a";
            },
            new TestTarget(),
            Duration.ofMillis(1),
            Duration.ofMillis(50),
            new SuppliedClock(() -> now));
    CompletableFuture<ReloadStatus> first = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                first.complete(hanging.reload("ann"));
              } catch (Exception e) {
                first.completeExceptionally(e);
              }
            });
    thread.start();
    reading.await();

    assertThatThrownBy(() -> hanging.reload("bob"))
        .isInstanceOf(ConfigReload.InProgressException.class)
        .hasMessage("a reload is in progress since 2026-03-01T12:00:00Z");

    end.countDown();
    assertThat(first.get().result()).isEqualTo(Result.UNCHANGED);
    assertThat(hanging.reload("bob").result()).isEqualTo(Result.UNCHANGED);
  }

  private static void awaitEnd(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  record Named(String name) {}

  private final class TestTarget implements ConfigReload.Target<String> {
    @Override
    public List<String> apply(String config) {
      if (refusing) {
        throw new IllegalStateException("no channel");
      }
      applied.add(config);
      return restartRequired;
    }

    @Override
    public void reloaded(ReloadStatus status) {
      results.add(status.result());
    }
  }
}
