package io.tracetide.detection;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The engines on the class path. */
public final class OutlierEngines {

  /** Name of the engine that is used when none is selected. */
  public static final String DEFAULT = IsolationForestEngine.NAME;

  private OutlierEngines() {}

  /** Names of the engines on the class path. */
  public static Set<String> names() {
    return engines().keySet();
  }

  /**
   * The engine of a name.
   *
   * @throws IllegalArgumentException when no engine on the class path has the name, or two have it
   */
  public static OutlierEngine named(String name) {
    Map<String, OutlierEngine> engines = engines();
    OutlierEngine selected = engines.get(name);
    if (selected == null) {
      throw new IllegalArgumentException(
          "no outlier engine is named %s; available are %s".formatted(name, engines.keySet()));
    }
    return selected;
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
