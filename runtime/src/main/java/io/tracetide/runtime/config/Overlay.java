package io.tracetide.runtime.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Lays a YAML tree over a record that holds all defaults.
 *
 * <p>After a problem the default is used and reading continues, so that one run finds every
 * problem. Sections and maps are merged with their defaults, lists replace them.
 */
final class Overlay {
  /** Keys of which it was logged that a secret is written there: files are read again and again. */
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  private static final Logger log = LoggerFactory.getLogger(ConfigReader.class);
  private static final Set<Tag> PLAIN_TAGS =
      Set.of(
          Tag.NULL,
          Tag.BOOL,
          Tag.INT,
          Tag.FLOAT,
          Tag.TIMESTAMP,
          Tag.STR,
          Tag.MAP,
          Tag.SEQ,
          Tag.MERGE);

  private final References references;
  private final List<ConfigProblem> problems = new ArrayList<>();

  /** Values with references as written, by path; their resolved text must not be shown. */
  private final Map<String, String> referring = new HashMap<>();

  Overlay(Map<String, String> env) {
    this.references = new References(env);
  }

  List<ConfigProblem> problems() {
    return problems;
  }

  /** The value at a node, or null after reporting why there is none. */
  @Nullable Object value(Node node, Type type, @Nullable Object base, String path) {
    if (!PLAIN_TAGS.contains(node.getTag())) {
      return problem(path, "", "no YAML tag (" + node.getTag().getValue() + ")");
    }
    if (type instanceof ParameterizedType generic) {
      return container(node, generic, base, path);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return section(node, plain, base, path);
    }
    Optional<Kinds> kinds = Kinds.of(plain);
    if (kinds.isPresent()) {
      return namedKind(node, kinds.get(), base, path);
    }
    Scalar scalar =
        Scalar.of(plain)
            .orElseThrow(() -> new IllegalStateException(path + ": cannot configure a " + plain));
    return scalar(node, scalar, plain == Secret.class, path);
  }

  private @Nullable Object container(
      Node node, ParameterizedType type, @Nullable Object base, String path) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      Object value = value(node, arguments[0], Defaults.defaultOf(arguments[0]), path);
      return value == null ? null : Optional.of(value);
    }
    if (type.getRawType() == List.class) {
      return list(node, arguments[0], path);
    }
    if (type.getRawType() == Set.class) {
      List<Object> items = list(node, arguments[0], path);
      return items == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(items));
    }
    if (type.getRawType() == Map.class && arguments[0] == String.class) {
      return map(node, arguments[1], base, path);
    }
    throw new IllegalStateException(path + ": cannot configure a " + type);
  }

  private @Nullable Object scalar(Node node, Scalar scalar, boolean secret, String path) {
    if (!(node instanceof ScalarNode written)) {
      return problem(path, Nodes.kind(node), scalar.expected());
    }
    if (Nodes.isNothing(node)) {
      return problem(path, "", scalar.expected() + ", or the key left out for its default");
    }
    String text = written.getValue();
    boolean refers = References.in(text);
    if (refers) {
      referring.put(path, text);
    }
    if (secret && !refers && !text.isEmpty() && WARNED.add(path)) {
      log.warn(
          "secret written in the configuration: use ${env:NAME} or ${file:/path} key={}", path);
    }
    String resolved = references.resolve(text, path, problems);
    if (resolved == null) {
      return null;
    }
    Optional<Object> value = scalar.read().apply(resolved);
    return value.isPresent() ? value.get() : problem(path, secret ? "" : text, scalar.expected());
  }

  private @Nullable List<Object> list(Node node, Type itemType, String path) {
    if (!(node instanceof SequenceNode sequence)) {
      String shown = Nodes.isNothing(node) ? "" : Nodes.kind(node);
      problem(path, shown, "a list; [] is the empty one");
      return null;
    }
    List<Object> items = new ArrayList<>();
    int index = 0;
    for (Node item : sequence.getValue()) {
      Object value =
          value(item, itemType, Defaults.defaultOf(itemType), path + "[" + index++ + "]");
      if (value != null) {
        items.add(value);
      }
    }
    return items.size() == index ? List.copyOf(items) : null;
  }

  private @Nullable Object map(Node node, Type valueType, @Nullable Object base, String path) {
    Map<String, Object> entries = new LinkedHashMap<>();
    if (base instanceof Map<?, ?> defaults) {
      defaults.forEach((key, value) -> entries.put(String.valueOf(key), value));
    }
    Map<String, Node> given = keys(node, path);
    if (given == null) {
      return null;
    }
    int problemsBefore = problems.size();
    given.forEach(
        (key, entry) -> {
          Object value = value(entry, valueType, entries.get(key), ConfigProblem.join(path, key));
          if (value != null) {
            entries.put(key, value);
          }
        });
    return problems.size() == problemsBefore ? Collections.unmodifiableMap(entries) : null;
  }

  private @Nullable Object section(Node node, Class<?> type, @Nullable Object base, String path) {
    RecordShape shape = new RecordShape(type);
    Map<String, Node> given = keys(node, path);
    if (given == null) {
      return null;
    }
    reportUnknown(given.keySet(), shape.keys(), path);
    return section(given, shape, base, path);
  }

  private @Nullable Object section(
      Map<String, Node> given, RecordShape shape, @Nullable Object base, String path) {
    @Nullable Object[] values = new @Nullable Object[shape.size()];
    Set<String> broken = new HashSet<>();
    for (int i = 0; i < shape.size(); i++) {
      String name = shape.name(i);
      Optional<Kinds> kinds = shape.kinds(i);
      values[i] = base == null ? Defaults.absent(shape.type(i)) : shape.get(base, i);
      Node entry = given.get(name);
      if (kinds.isPresent()) {
        values[i] =
            shape.isOptional(i)
                ? optionalSection(given, kinds.get(), values[i], broken, path)
                : oneSection(given, kinds.get(), values[i], broken, path);
      } else if (entry != null) {
        Object value = value(entry, shape.type(i), values[i], ConfigProblem.join(path, name));
        if (value == null) {
          broken.add(name);
        } else {
          values[i] = value;
        }
      } else if (values[i] == null || shape.isRequired(i)) {
        broken.add(name);
        problem(ConfigProblem.join(path, name), "", "this key to be given, it has no default");
      }
    }
    for (Object value : values) {
      if (value == null) {
        return null;
      }
    }
    return create(shape, values, broken, path);
  }

  /** A section of which one key names the kind. */
  private @Nullable Object namedKind(Node node, Kinds kinds, @Nullable Object base, String path) {
    Map<String, Node> given = keys(node, path);
    if (given == null) {
      return null;
    }
    Node name = given.remove(kinds.key());
    Class<?> kind = kind(name, kinds, base, ConfigProblem.join(path, kinds.key()));
    if (kind == null) {
      keysOfAnyKind(given, kinds, path);
      return null;
    }
    RecordShape shape = new RecordShape(kind);
    List<String> own = shape.keys();
    Set<String> unknown = new LinkedHashSet<>();
    for (String key : given.keySet()) {
      List<String> others = own.contains(key) ? List.of() : kinds.withKey(key);
      if (others.isEmpty()) {
        unknown.add(key);
      } else {
        problem(
            ConfigProblem.join(path, key),
            "",
            "a key of %s %s; %s belongs to %s"
                .formatted(kinds.key(), kinds.nameOf(kind), key, String.join(" and ", others)));
      }
    }
    List<String> known = new ArrayList<>(own);
    known.add(0, kinds.key());
    reportUnknown(unknown, known, path);
    return section(given, shape, kind.isInstance(base) ? base : Defaults.defaultOf(kind), path);
  }

  private @Nullable Class<?> kind(
      @Nullable Node node, Kinds kinds, @Nullable Object base, String path) {
    Scalar choice = kinds.choice(node instanceof ScalarNode written ? written.getValue() : "");
    if (node != null) {
      return (Class<?>) scalar(node, choice, false, path);
    }
    if (base == null) {
      problem(path, "", choice.expected() + "; this key has no default");
      return null;
    }
    return base.getClass();
  }

  /** Checks the values of a section of no known kind. */
  private void keysOfAnyKind(Map<String, Node> given, Kinds kinds, String path) {
    Map<String, Class<?>> owners = new LinkedHashMap<>();
    for (Class<?> kind : kinds.records().values()) {
      new RecordShape(kind).keys().forEach(key -> owners.putIfAbsent(key, kind));
    }
    List<String> known = new ArrayList<>(owners.keySet());
    known.add(0, kinds.key());
    reportUnknown(given.keySet(), known, path);
    given.forEach(
        (key, node) -> {
          Class<?> owner = owners.get(key);
          if (owner != null) {
            check(key, node, owner, path);
          }
        });
  }

  private void check(String key, Node node, Class<?> kind, String path) {
    RecordShape shape = new RecordShape(kind);
    Object defaults = Defaults.defaultOf(kind);
    for (int i = 0; i < shape.size(); i++) {
      if (shape.name(i).equals(key)) {
        Object base = defaults == null ? Defaults.absent(shape.type(i)) : shape.get(defaults, i);
        value(node, shape.type(i), base, ConfigProblem.join(path, key));
      }
    }
  }

  /** The one section of several that is given; the default where there is none. */
  private Optional<?> optionalSection(
      Map<String, Node> given,
      Kinds kinds,
      @Nullable Object base,
      Set<String> broken,
      String path) {
    Optional<?> otherwise = base instanceof Optional<?> one ? one : Optional.empty();
    return kinds.names().stream().noneMatch(given::containsKey)
        ? otherwise
        : Optional.ofNullable(oneSection(given, kinds, otherwise.orElse(null), broken, path));
  }

  /** The one section of several that is given; after reporting a problem, any default. */
  private @Nullable Object oneSection(
      Map<String, Node> given,
      Kinds kinds,
      @Nullable Object base,
      Set<String> broken,
      String path) {
    Object value = oneSection(given, kinds, base, path);
    broken.addAll(value == null ? kinds.names() : List.of());
    return value == null ? Defaults.anyDefault(kinds) : value;
  }

  /** The one section of several that is given. */
  private @Nullable Object oneSection(
      Map<String, Node> given, Kinds kinds, @Nullable Object base, String path) {
    List<String> names = kinds.names();
    String last = "";
    int found = 0;
    Object value = base;
    for (Map.Entry<String, Class<?>> kind : kinds.records().entrySet()) {
      Node node = given.get(kind.getKey());
      if (node != null) {
        found++;
        last = kind.getKey();
        Object start =
            kind.getValue().isInstance(base) ? base : Defaults.defaultOf(kind.getValue());
        value = value(node, kind.getValue(), start, ConfigProblem.join(path, last));
      }
    }
    return found == 1 || (found == 0 && base != null)
        ? value
        : problem(
            found == 0 ? path : ConfigProblem.join(path, last),
            "",
            "exactly one of the sections " + String.join(", ", names));
  }

  private @Nullable Object create(
      RecordShape shape, @Nullable Object[] values, Set<String> broken, String path) {
    try {
      return shape.create(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidConfig invalid) {
        invalid.problems().stream()
            .filter(problem -> !broken.contains(firstKey(problem.path())))
            .map(problem -> problem.within(path))
            .forEach(problem -> problem(problem.path(), problem.value(), problem.expected()));
        return null;
      }
      throw new IllegalStateException("a configuration record failed at " + path, e.getCause());
    }
  }

  /** The entries of a mapping, none of nothing, or null after reporting that it is no mapping. */
  private @Nullable Map<String, Node> keys(Node node, String path) {
    if (Nodes.isNothing(node)) {
      return new LinkedHashMap<>();
    }
    if (!(node instanceof MappingNode mapping)) {
      problem(path, Nodes.kind(node), "a section of keys and values");
      return null;
    }
    Map<String, Node> keys = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problem(path, Nodes.kind(tuple.getKeyNode()), "a plain name as key");
      } else if (keys.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
        problem(
            ConfigProblem.join(path, key.getValue()),
            "",
            "each key once; it is given again in line " + (key.getStartMark().getLine() + 1));
      }
    }
    return keys;
  }

  private void reportUnknown(Set<String> given, List<String> known, String path) {
    for (String key : given) {
      if (!known.contains(key)) {
        String expected =
            NearestName.of(key, known)
                .map(nearest -> "a known key; did you mean " + nearest + "?")
                .orElseGet(() -> "one of the keys " + String.join(", ", known));
        problem(ConfigProblem.join(path, key), "", expected);
      }
    }
  }

  private @Nullable Object problem(String path, String value, String expected) {
    String shown = referring.getOrDefault(path, value);
    problems.add(new ConfigProblem(path, shown, expected));
    return null;
  }

  private static String firstKey(String path) {
    return path.split("[.\\[]", 2)[0];
  }
}
