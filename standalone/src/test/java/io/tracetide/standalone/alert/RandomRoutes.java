package io.tracetide.standalone.alert;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random files of Alertmanager, and labels of alerts that their routes select now and then. */
final class RandomRoutes {
  private static final int DEPTH = 4;
  private static final int RECEIVERS = 12;
  private static final List<String> NAMES = List.of("a", "b", "severity", "service_name", "z9");
  private static final List<String> VALUES =
      List.of("", "x", "y", "xy", "X", "x y", "q\"r", "b,c", "a}b", "{", "ü", "x\\y", "1", "x\ny");
  private static final List<String> EXPRESSIONS =
      List.of(
          "x|y",
          "x.*",
          ".*",
          ".+",
          "",
          "[xy]+",
          "(?i)x",
          "^x$",
          "x?y?",
          "\\w+",
          "(x|y|)",
          "b,c",
          "[^x]*",
          "x(y)?|1",
          "ü",
          ".",
          "a}b",
          "[a-z]{1,2}");

  private final Random random;
  private final String prefix;
  private final StringBuilder yaml = new StringBuilder();

  private RandomRoutes(Random random, String prefix) {
    this.random = random;
    this.prefix = prefix;
  }

  /**
   * A file with trees under its root, each of which handles every alert with receivers of its own:
   * {@code t3-r0} to {@code t3-r11} for the fourth one.
   */
  static String file(List<String> trees) {
    StringBuilder file = new StringBuilder("route:\n  receiver: none\n  routes:\n");
    trees.forEach(file::append);
    file.append("receivers:\n- name: none\n");
    for (int tree = 0; tree < trees.size(); tree++) {
      for (int i = 0; i < RECEIVERS; i++) {
        file.append("- name: ").append(prefix(tree)).append('r').append(i).append('\n');
      }
    }
    return file.toString();
  }

  /** A tree. */
  static String tree(Random random, int number) {
    RandomRoutes tree = new RandomRoutes(random, prefix(number));
    tree.yaml.append("  - continue: true\n    receiver: ").append(tree.prefix).append("r0\n");
    tree.children(1, "    ");
    return tree.yaml.toString();
  }

  /** How the names of the receivers of a tree begin. */
  static String prefix(int tree) {
    return "t" + tree + "-";
  }

  /** Labels of an alert. */
  static Map<String, String> labels(Random random) {
    Map<String, String> labels = new TreeMap<>();
    for (String name : NAMES) {
      if (random.nextInt(4) > 0) {
        labels.put(name, pick(random, VALUES));
      }
    }
    return labels;
  }

  private void children(int depth, String indent) {
    int count = depth == 1 ? 1 + random.nextInt(5) : random.nextInt(4);
    if (depth > DEPTH || count == 0) {
      return;
    }
    yaml.append(indent).append("routes:\n");
    for (int i = 0; i < count; i++) {
      yaml.append(indent).append("- continue: ").append(random.nextInt(3) == 0).append('\n');
      String inner = indent + "  ";
      if (random.nextInt(5) > 0) {
        yaml.append(inner).append("receiver: " + prefix + "r" + random.nextInt(RECEIVERS) + "\n");
      }
      matchers(inner);
      children(depth + 1, inner);
    }
  }

  private void matchers(String indent) {
    switch (random.nextInt(6)) {
      case 0 -> yaml.append(indent + "match: {" + old(VALUES) + "}\n");
      case 1 -> yaml.append(indent + "match_re: {" + old(EXPRESSIONS) + "}\n");
      case 2 -> {
        yaml.append(indent + "match: {" + old(VALUES) + "}\n");
        yaml.append(indent + "matchers: [" + quoted(matcher()) + "]\n");
      }
      default -> {
        String items =
            IntStream.range(0, random.nextInt(3))
                .mapToObj(i -> random.nextInt(4) > 0 ? matcher() : list())
                .map(RandomRoutes::quoted)
                .collect(Collectors.joining(", "));
        yaml.append(indent + "matchers: [" + items + "]\n");
      }
    }
  }

  private String old(List<String> values) {
    return pick(random, NAMES) + ": " + quoted(pick(random, values));
  }

  private String list() {
    String list = matcher() + ", " + matcher();
    return random.nextBoolean() ? "{" + list + (random.nextBoolean() ? "," : "") + "}" : list;
  }

  private String matcher() {
    boolean regex = random.nextInt(5) < 2;
    String operator = random.nextInt(3) == 0 ? (regex ? "!~" : "!=") : (regex ? "=~" : "=");
    String value = pick(random, regex ? EXPRESSIONS : VALUES);
    String space = random.nextInt(4) == 0 ? " " : "";
    return pick(random, NAMES) + space + operator + space + escaped(value);
  }

  /** A value in the syntax of a matcher, in quotes. */
  static String escaped(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** A text of YAML in quotes. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private static String pick(Random random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
