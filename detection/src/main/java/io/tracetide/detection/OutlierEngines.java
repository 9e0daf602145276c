package io.tracetide.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The engines on the class path. */
public final class OutlierEngines {

  /** Name of the engine that is used when none is selected. */
  public static final String DEFAULT = IsolationForestEngine.NAME;

  private OutlierEngines() {}

  /** Names of the engines on the class path. */
  public static Set<String> names() {
    return engines().keySet();
  }

  /** Whether {@link #named} accepts a name. */
  public static boolean exists(String name) {
    Set<String> names = names();
    return parts(name).stream().allMatch(names::contains);
  }

  /**
   * The engine of a name, in which {@code _} and {@code -} and the case of letters are equal, or a
   * combination of engines, whose names are separated by {@code +}: the score is then the geometric
   * mean of their scores.
   *
   * @throws IllegalArgumentException when no engine on the class path has the name, or two have it
   */
  public static OutlierEngine named(String name) {
    Map<String, OutlierEngine> engines = engines();
    List<OutlierEngine> selected = new ArrayList<>();
    for (String part : parts(name)) {
      OutlierEngine engine = engines.get(part);
      if (engine == null) {
        throw new IllegalArgumentException(
            "no outlier engine is named %s; available are %s".formatted(part, engines.keySet()));
      }
      selected.add(engine);
    }
    return selected.size() == 1 ? selected.get(0) : new CombinedEngine(selected);
  }

  private static List<String> parts(String name) {
    String normal = name.toLowerCase(Locale.ROOT).replace('_', '-');
    return List.of(normal.split(Pattern.quote(CombinedEngine.SEPARATOR), -1));
  }

  private static Map<String, OutlierEngine> engines() {
    Map<String, OutlierEngine> found = new TreeMap<>();
    for (OutlierEngine engine :
        ServiceLoader.load(OutlierEngine.class, OutlierEngine.class.getClassLoader())) {
      if (found.put(engine.name(), engine) != null) {
        throw new IllegalArgumentException("two outlier engines are named " + engine.name());
      }
    }
    return found;
  }
}
