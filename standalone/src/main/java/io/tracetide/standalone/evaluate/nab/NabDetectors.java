package io.tracetide.standalone.evaluate.nab;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One detector, or several whose evidence is combined as the processor combines outlier engines: by
 * the geometric mean.
 */
public record NabDetectors(List<NabDetector> parts) {
  private static final String SEPARATOR = "+";

  public NabDetectors {
    parts = List.copyOf(parts);
  }

  /** All detectors, each alone. */
  public static List<NabDetectors> all() {
    return Arrays.stream(NabDetector.values()).map(one -> new NabDetectors(List.of(one))).toList();
  }

  /**
   * The detectors of an option, joined by a plus sign.
   *
   * @throws IllegalArgumentException when there is none of a name, with the names of all
   */
  public static NabDetectors named(String option) {
    return new NabDetectors(
        Arrays.stream(option.split("\\+", -1)).map(NabDetector::named).toList());
  }

  /** Name on the command line. */
  String option() {
    return parts.stream().map(NabDetector::option).collect(Collectors.joining(SEPARATOR));
  }

  /** How unusual each value is, at least 0, from past values only. */
  double[] evidence(NabSeries series) {
    double[] product = new double[series.size()];
    Arrays.fill(product, 1);
    for (NabDetector part : parts) {
      double[] evidence = part.evidence(series);
      for (int i = 0; i < product.length; i++) {
        product[i] *= evidence[i];
      }
    }
    for (int i = 0; i < product.length; i++) {
      product[i] = Math.pow(product[i], 1.0 / parts.size());
    }
    return product;
  }
}
