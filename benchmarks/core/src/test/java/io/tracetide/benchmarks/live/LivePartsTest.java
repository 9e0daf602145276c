package io.tracetide.benchmarks.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.benchmarks.measurement.Sample;
import io.tracetide.benchmarks.measurement.Trajectory;
import io.tracetide.benchmarks.truth.Answer;
import io.tracetide.benchmarks.truth.Answers;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivePartsTest {

  private static Sample at(long millis, long events) {
    return new Sample(millis * 1_000_000, events, 0);
  }

  @Test
  void shouldFindTheBusiestCommitInterval() {
    Trajectory life = new Trajectory();
    life.add(at(0, 0));
    life.add(at(400, 100));
    life.add(at(800, 1_000));
    life.add(at(1_200, 5_000));
    life.add(at(1_600, 5_100));
    life.add(at(9_000, 5_200));

    // 800 to 1600 ms is within the interval, and the sample at 400 is the one before it.
    assertThat(Chaos.mostWithin(life, Duration.ofMillis(1_000))).isEqualTo(5_000);
    assertThat(Chaos.mostWithin(new Trajectory(), Duration.ofMillis(1_000))).isZero();
  }

  @Test
  void shouldUseANewOperationNameForEveryEventOfAFlood() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 200_000; i++) {
      names.add(Flood.name(i));
    }

    assertThat(names).hasSize(200_000);
    assertThat(Flood.name(123_456)).matches("GET /wish/[g-z]{6}");
  }

  @Test
  void shouldSeparateTheFloodFromTheOthers() {
    Workload workload = new Workload(1, 10, 10, 0, 1_700_000_000_000L, 10);
    Answers others = new Answers(Truth.of(workload));
    FloodTally flood = new FloodTally();

    flood.put(new Answer(Flood.SERVICE, "a", 0, 3, 0, 1, 1, 1), others);
    flood.put(new Answer(Flood.SERVICE, "a", 10_000, 4, 0, 1, 1, 1), others);
    flood.put(new Answer(Flood.SERVICE, "__other__", 0, 5, 0, 1, 1, 1), others);
    flood.put(new Answer(Flood.SERVICE, "__other__", 0, 6, 0, 1, 1, 1), others);

    assertThat(flood.counted()).isEqualTo(13);
    assertThat(flood.operations()).isEqualTo(2);
    assertThat(others.judge().unknown()).isZero();
  }

  @Test
  void shouldSizeADirectoryWithAllBelowIt(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("a"), "12345");
    Files.writeString(Files.createDirectories(directory.resolve("b/c")).resolve("d"), "1234567890");

    assertThat(StateSize.of(directory)).isEqualTo(15);
    assertThat(StateSize.of(directory.resolve("gone"))).isZero();
  }
}
