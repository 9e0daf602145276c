package io.tracetide.runtime.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosersTest {
  private final List<String> closed = new ArrayList<>();
  private final Closers closers = new Closers();

  @Test
  void shouldCloseInReverseOrderOnce() {
    closers.add("first", () -> closed.add("first"));
    closers.add("second", () -> closed.add("second"));

    closers.close();
    closers.close();

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void shouldCloseTheRestWhenOneFails() {
    closers.add("first", () -> closed.add("first"));
    closers.add(
        "broken",
        () -> {
          throw new java.io.IOException("expected by the test");
        });
    closers.add("last", () -> closed.add("last"));

    closers.close();

    assertThat(closed).containsExactly("last", "first");
  }

  @Test
  void shouldCloseTheRestWhenInterruptedAndRestoreTheInterrupt() {
    closers.add("first", () -> closed.add("first"));
    closers.add(
        "interrupted",
        () -> {
          throw new InterruptedException();
        });

    closers.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(closed).containsExactly("first");
  }

  @Test
  void shouldCloseAndRejectAResourceAddedAfterClose() {
    closers.close();

    assertThatThrownBy(() -> closers.add("late", () -> closed.add("late")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("late");
    assertThat(closed).containsExactly("late");
  }

  @Test
  void shouldReturnTheAddedResource() {
    AutoCloseable resource = () -> closed.add("resource");

    assertThat(closers.add("resource", resource)).isSameAs(resource);
  }

  @Test
  void shouldMakeASecondCallerWaitForTheFirst() throws Exception {
    Thread second = new Thread(closers::close);
    closers.add(
        "slow",
        () -> {
          second.start();
          Thread.sleep(100);
          closed.add("slow");
          assertThat(second.isAlive()).isTrue();
        });

    closers.close();
    second.join(5_000);

    assertThat(second.isAlive()).isFalse();
    assertThat(closed).containsExactly("slow");
  }

  @Test
  void shouldDistinguishCausesByExitCode() {
    assertThat(ExitCodes.of(new ConfigException("x", List.of(new ConfigProblem("a", "", "b")))))
        .isEqualTo(2);
    assertThat(ExitCodes.of(new EnvironmentException("disk full"))).isEqualTo(3);
    assertThat(ExitCodes.of(new IllegalStateException("bug"))).isEqualTo(1);
  }
}
