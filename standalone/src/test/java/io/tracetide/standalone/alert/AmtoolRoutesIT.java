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
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares routes with {@code amtool}, of the Debian package {@code prometheus-alertmanager}, over
 * random files and labels. The property {@code routes.seed} repeats a run.
 */
class AmtoolRoutesIT {
  private static final int FILES = 20;
  private static final int TREES_PER_FILE = 50;
  private static final int ALERTS_PER_FILE = 10;
  private static final int SHOWN_FILES = 5;
  private static final int TIMEOUT_SECONDS = 60;

  private static final Pattern COMMA = Pattern.compile(",");

  private static final long SEED = Long.getLong("routes.seed", System.nanoTime());

  @TempDir static Path directory;

  @BeforeAll
  static void requireAmtool() throws Exception {
    System.out.println("routes.seed=" + SEED);
    assertThat(amtool(List.of("--version"))).contains("amtool, version");
  }

  /** All trees of a file are compared by one run of amtool for each alert. */
  @Test
  void shouldSelectTheReceiversThatAmtoolSelects() throws Exception {
    Random random = new Random(SEED);
    int several = 0;
    for (int number = 0; number < FILES; number++) {
      List<String> trees = trees(random);
      Path file = write(trees);
      Route root = AlertmanagerFile.read(file).root();
      for (int i = 0; i < ALERTS_PER_FILE; i++) {
        Map<String, String> labels = RandomRoutes.labels(random);
        List<String> arguments = new ArrayList<>(testOf(file));
        labels.forEach((name, value) -> arguments.add(name + "=" + RandomRoutes.escaped(value)));
        List<String> expected = COMMA.splitAsStream(amtool(arguments).strip()).toList();
        List<String> receivers =
            root.match(labels).stream().map(route -> route.options().receiver()).toList();
        several += compare(trees, labels, receivers, expected);
      }
    }
    // Otherwise the trees would test little more than the default route.
    assertThat(several).isGreaterThan(FILES * TREES_PER_FILE * ALERTS_PER_FILE / 20);
  }

  /** Compares each tree, and counts those with several receivers of the alert. */
  private static int compare(
      List<String> trees,
      Map<String, String> labels,
      List<String> receivers,
      List<String> expected) {
    int several = 0;
    for (int tree = 0; tree < trees.size(); tree++) {
      String prefix = RandomRoutes.prefix(tree);
      List<String> ofTree = receivers.stream().filter(name -> name.startsWith(prefix)).toList();
      assertThat(ofTree)
          .as("routes.seed=%s, labels %s in%n%s", SEED, labels, trees.get(tree))
          .isNotEmpty()
          .isEqualTo(expected.stream().filter(name -> name.startsWith(prefix)).toList());
      several += ofTree.size() > 1 ? 1 : 0;
    }
    assertThat(receivers).isEqualTo(expected);
    return several;
  }

  @Test
  void shouldPrintTreesAndReceiversAsAmtoolDoes() throws Exception {
    Random random = new Random(SEED);
    for (int number = 0; number < SHOWN_FILES; number++) {
      Path file = write(trees(random));
      List<String> labels =
          RandomRoutes.labels(random).entrySet().stream()
              .filter(label -> label.getValue().matches("[a-z]+"))
              .map(label -> label.getKey() + "=" + label.getValue())
              .toList();

      assertThat(run("routes", "show", "--alertmanager", file.toString()))
          .as("routes.seed=%s", SEED)
          .isEqualTo(amtool(List.of("config", "routes", "show", "--config.file=" + file)));
      assertThat(run(join(List.of("routes", "test", "--alertmanager", file.toString()), labels)))
          .as("routes.seed=%s, labels %s", SEED, labels)
          .isEqualTo(amtool(List.of(join(testOf(file), labels))));
    }
  }

  private static List<String> testOf(Path file) {
    return List.of("config", "routes", "test", "--config.file=" + file);
  }

  private static List<String> trees(Random random) {
    return IntStream.range(0, TREES_PER_FILE)
        .mapToObj(tree -> RandomRoutes.tree(random, tree))
        .toList();
  }

  private static Path write(List<String> trees) throws IOException {
    return Files.writeString(directory.resolve("alertmanager.yml"), RandomRoutes.file(trees));
  }

  private static String[] join(List<String> first, List<String> rest) {
    List<String> all = new ArrayList<>(first);
    all.addAll(rest);
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
