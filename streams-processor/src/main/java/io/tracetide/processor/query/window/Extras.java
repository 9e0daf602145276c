package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What an answer contains on request beside the usual values.
 *
 * @param quantiles further quantiles of each point, ascending, 0 to 1
 * @param distribution whether points of spans have their distribution
 * @param earlier windows to compare with; empty for none
 * @param top the only series of spans; empty for all
 */
record Extras(
    List<Double> quantiles,
    boolean distribution,
    Optional<EarlierWindows> earlier,
    Optional<Top> top) {
  static final Extras NONE = new Extras(List.of(), false, Optional.empty(), Optional.empty());

  private static final int MOST_QUANTILES = 20;
  private static final Pattern DECIMAL = Pattern.compile("\\d{1,20}(\\.\\d{0,20})?|\\.\\d{1,20}");

  Extras {
    quantiles = List.copyOf(quantiles);
  }

  /** The same without comparison and ranking: of the points alone. */
  Extras ofPoints() {
    return new Extras(quantiles, distribution, Optional.empty(), Optional.empty());
  }

  static List<Double> quantiles(Parameters parameters) {
    TreeSet<Double> quantiles = new TreeSet<>();
    for (String text : parameters.words("quantiles")) {
      quantiles.add(quantile(text));
    }
    if (quantiles.size() > MOST_QUANTILES) {
      throw new BadParameterException(
          "Parameter 'quantiles' has %d values: give %d at most."
              .formatted(quantiles.size(), MOST_QUANTILES));
    }
    return List.copyOf(quantiles);
  }

  private static double quantile(String text) {
    if (DECIMAL.matcher(text).matches()) {
      double quantile = Double.parseDouble(text);
      if (quantile <= 1) {
        return quantile;
      }
    }
    throw BadParameterException.rejected(
        "quantiles", text, "use numbers from 0 to 1 separated by commas, such as 0.5,0.95,0.999");
  }
}
