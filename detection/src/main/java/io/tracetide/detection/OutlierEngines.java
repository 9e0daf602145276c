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
    return factories().keySet();
  }

  /**
   * Creates the engine of a name.
   *
   * @throws IllegalArgumentException when no engine on the class path has the name, or two have it
   */
  public static OutlierEngine create(String name, EngineSettings settings) {
    Map<String, OutlierEngineFactory> factories = factories();
    OutlierEngineFactory selected = factories.get(name);
    if (selected == null) {
      throw new IllegalArgumentException(
          "no outlier engine is named %s; available are %s".formatted(name, factories.keySet()));
    }
    return selected.create(settings);
  }

  private static Map<String, OutlierEngineFactory> factories() {
    Map<String, OutlierEngineFactory> found = new TreeMap<>();
    ServiceLoader<OutlierEngineFactory> factories =
        ServiceLoader.load(OutlierEngineFactory.class, OutlierEngineFactory.class.getClassLoader());
    for (OutlierEngineFactory factory : factories) {
      if (found.put(factory.name(), factory) != null) {
        throw new IllegalArgumentException("two outlier engines are named " + factory.name());
      }
    }
    return found;
  }
}
