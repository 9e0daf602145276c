package io.tracetide.standalone.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.alertmanager.AlertmanagerFile;
import io.tracetide.alert.route.Route;
import io.tracetide.standalone.cli.CommandLineUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares routes with {@code amtool}, of the Debian package {@code prometheus-alertmanager}, over
 * random files and labels. The property {@code routes.seed} repeats a run.
 */
class AmtoolRoutesIT {
  private static final int TREES = 1_000;
  private static final int ALERTS_PER_TREE = 2;
  private static final int SHOWN_TREES = 50;
  private static final int THREADS = 4;
  private static final int TIMEOUT_SECONDS = 60;

  private static final long SEED = Long.getLong("routes.seed", System.nanoTime());

  @TempDir static Path directory;

  @BeforeAll
  static void requireAmtool() throws Exception {
    System.out.println("routes.seed=" + SEED);
    assertThat(amtool(List.of("--version"))).contains("amtool, version");
  }

  @Test
  void shouldSelectTheReceiversThatAmtoolSelects() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Integer>> trees = new ArrayList<>();
      for (int tree = 0; tree < TREES; tree++) {
        long seed = SEED + tree;
        trees.add(threads.submit(() -> compare(seed)));
      }
      int several = 0;
      for (Future<Integer> tree : trees) {
        several += tree.get();
      }
      // Otherwise the random trees would test no more than the default route.
      assertThat(several).isGreaterThan(TREES / 20);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Compares one tree, and counts the alerts that have several receivers. */
  private static int compare(long seed) throws Exception {
    Random random = new Random(seed);
    Path file = Files.writeString(directory.resolve(seed + ".yml"), RandomRoutes.file(random));
    Route root = AlertmanagerFile.read(file).root();
    int several = 0;
    for (int i = 0; i < ALERTS_PER_TREE; i++) {
      Map<String, String> labels = RandomRoutes.labels(random);
      List<String> receivers =
          root.match(labels).stream().map(route -> route.options().receiver()).toList();
      List<String> arguments = new ArrayList<>();
      arguments.addAll(List.of("config", "routes", "test", "--config.file=" + file));
      labels.forEach((name, value) -> arguments.add(name + "=" + RandomRoutes.escaped(value)));
      assertThat(String.join(",", receivers))
          .as("seed %s, labels %s in%n%s", seed, labels, Files.readString(file))
          .isEqualTo(amtool(arguments).strip());
      several += receivers.size() > 1 ? 1 : 0;
    }
    return several;
  }

  @Test
  void shouldPrintTreesAndReceiversAsAmtoolDoes() throws Exception {
    for (int tree = 0; tree < SHOWN_TREES; tree++) {
      long seed = SEED + tree;
      Random random = new Random(seed);
      Path file = Files.writeString(directory.resolve("shown.yml"), RandomRoutes.file(random));
      String labels =
          RandomRoutes.labels(random).entrySet().stream()
              .filter(label -> label.getValue().matches("[a-z]+"))
              .map(label -> label.getKey() + "=" + label.getValue())
              .collect(Collectors.joining(" ", "z9=1 ", ""));
      String[] alert = labels.strip().split(" ");

      assertThat(run("routes", "show", "--alertmanager", file.toString()))
          .as("seed %s", seed)
          .isEqualTo(amtool(List.of("config", "routes", "show", "--config.file=" + file)));
      assertThat(run(join(List.of("routes", "test", "--alertmanager", file.toString()), alert)))
          .as("seed %s, labels %s", seed, labels)
          .isEqualTo(
              amtool(
                  List.of(join(List.of("config", "routes", "test", "--config.file=" + file), alert))));
    }
  }

  private static String[] join(List<String> first, String... rest) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(rest));
    return all.toArray(String[]::new);
  }

  private static String run(String... arguments) {
    CommandLineUnderTest run = CommandLineUnderTest.run(arguments);
    assertThat(run.exit()).as(run.out()).isZero();
    return run.out();
  }

  /** What amtool prints. */
  private static String amtool(List<String> arguments) throws InterruptedException, IOException {
    List<String> command = new ArrayList<>(List.of("amtool"));
    command.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      throw new AssertionError(
          "amtool is missing: install the Debian package prometheus-alertmanager", e);
    }
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("amtool ends").isTrue();
    assertThat(process.exitValue()).as("%s%n%s", arguments, out).isZero();
    return out;
  }
}
