package io.tracetide.standalone.evaluate;

import io.tracetide.detection.OutlierEngines;
import io.tracetide.processor.detection.DetectionConfig;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** The detectors of the processor by the names that the command line has for them. */
public final class EvaluatedDetector {

  /** The learned detector with its robust band alone. */
  private static final String ROBUST_Z = "robust_z";

  private EvaluatedDetector() {}

  /**
   * Settings of a detector, with everything else as configured.
   *
   * @param name {@value DetectionConfig#EVIDENCE}, {@value #ROBUST_Z}, an outlier engine of the
   *     learned detector, or several engines separated by {@code +}
   * @throws IllegalArgumentException when there is none of the name, with the names of all
   */
  public static DetectionConfig settings(String name, DetectionConfig configured) {
    String normal = name.toLowerCase(Locale.ROOT).replace('-', '_');
    if (normal.equals(ROBUST_Z)) {
      return configured.withoutModels();
    }
    if (!normal.equals(DetectionConfig.EVIDENCE) && !OutlierEngines.exists(normal)) {
      throw new IllegalArgumentException(
          "no detector is named %s; for windows there are %s, and engines joined by +"
              .formatted(name, String.join(", ", names())));
    }
    return configured.withEngine(normal);
  }

  private static Iterable<String> names() {
    TreeSet<String> names = new TreeSet<>(List.of(DetectionConfig.EVIDENCE, ROBUST_Z));
    OutlierEngines.names().forEach(engine -> names.add(engine.replace('-', '_')));
    return names;
  }
}
