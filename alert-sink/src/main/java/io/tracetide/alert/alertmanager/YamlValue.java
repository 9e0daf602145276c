package io.tracetide.alert.alertmanager;

import io.tracetide.runtime.config.ConfigProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A value of a YAML file, with its path and line. Reading one of another type is a problem. */
final class YamlValue {
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "n");

  private final @Nullable Node node;
  private final String path;
  private final List<ConfigProblem> problems;

  YamlValue(@Nullable Node node, String path, List<ConfigProblem> problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
  }

  String path() {
    return path;
  }

  /** Whether there is a value other than nothing. */
  boolean isPresent() {
    return node != null && !isNothing(node);
  }

  /** Reports that the value is not as expected. */
  void problem(String shown, String expected) {
    String line = node == null ? "" : "line " + (node.getStartMark().getLine() + 1) + ", ";
    problems.add(new ConfigProblem(line + path, shown, expected));
  }

  /** The value of a key; absent if there is none. */
  YamlValue get(String key) {
    return entries().getOrDefault(key, new YamlValue(null, join(key), problems));
  }

  /** The values by key, those of merged sections included. */
  Map<String, YamlValue> entries() {
    Map<String, YamlValue> entries = new LinkedHashMap<>();
    if (!isPresent()) {
      return entries;
    }
    if (node instanceof MappingNode mapping) {
      collect(mapping, entries, false);
    } else {
      problem("", "a section of keys and values");
    }
    return entries;
  }

  /**
   * Adds the entries of a mapping.
   *
   * @param inherited whether it is merged, so that keys that are there have precedence
   */
  private void collect(MappingNode mapping, Map<String, YamlValue> entries, boolean inherited) {
    List<Node> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (key.getTag().equals(Tag.MERGE)) {
        merged.add(tuple.getValueNode());
      } else if (key instanceof ScalarNode name) {
        YamlValue value = new YamlValue(tuple.getValueNode(), join(name.getValue()), problems);
        if (entries.putIfAbsent(name.getValue(), value) != null && !inherited) {
          value.problem("", "each key once");
        }
      }
    }
    for (Node source : merged) {
      List<Node> sources =
          source instanceof SequenceNode several ? several.getValue() : List.of(source);
      for (Node each : sources) {
        if (each instanceof MappingNode section) {
          collect(section, entries, true);
        }
      }
    }
  }

  /** Reports each key that is not known. */
  void expectKeys(Set<String> known) {
    entries()
        .forEach(
            (key, value) -> {
              if (!known.contains(key)) {
                value.problem("", "one of the keys " + String.join(", ", known));
              }
            });
  }

  List<YamlValue> items() {
    List<YamlValue> items = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        items.add(new YamlValue(item, path + "[" + items.size() + "]", problems));
      }
    } else if (isPresent()) {
      problem("", "a list");
    }
    return items;
  }

  /** Empty for no text, or the empty one. */
  Optional<String> text() {
    if (!isPresent()) {
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar) {
      return Optional.of(scalar.getValue()).filter(text -> !text.isEmpty());
    }
    problem("", "a text");
    return Optional.empty();
  }

  List<String> texts() {
    return items().stream().map(item -> item.text().orElse("")).toList();
  }

  boolean flag(boolean otherwise) {
    String text = text().orElse(String.valueOf(otherwise)).toLowerCase(Locale.ROOT);
    if (!TRUE.contains(text) && !FALSE.contains(text)) {
      problem(text, "true or false");
    }
    return TRUE.contains(text);
  }

  Optional<Duration> duration() {
    return text()
        .flatMap(
            text -> {
              Optional<Duration> duration = PrometheusDuration.parse(text);
              if (duration.isEmpty()) {
                problem(text, "a duration of Prometheus, such as 30s, 5m or 1d12h");
              }
              return duration;
            });
  }

  /** What a function reads from the text; its exception is a problem. */
  <T> Optional<T> read(Function<String, T> reader) {
    String text = text().orElse("");
    try {
      return Optional.of(reader.apply(text));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      problem(text, message.startsWith("expected ") ? message.substring(9) : message);
      return Optional.empty();
    }
  }

  /** The value as maps, lists and texts. */
  Object plain() {
    if (node instanceof MappingNode) {
      Map<String, Object> section = new LinkedHashMap<>();
      entries().forEach((key, value) -> section.put(key, value.plain()));
      return section;
    }
    return node instanceof SequenceNode
        ? items().stream().map(YamlValue::plain).toList()
        : text().orElse("");
  }

  private String join(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static boolean isNothing(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getTag().equals(Tag.NULL)
        && scalar.getScalarStyle() == ScalarStyle.PLAIN;
  }
}
