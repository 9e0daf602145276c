package io.tracetide.processor.query.promql;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.tracetide.processor.query.promql.Value.Histograms;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.query.promql.syntax.SyntaxLimits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Evaluates {@code label_replace(vector, to, replacement, from, regex)}. */
final class LabelReplacement {
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("\\$(?:(\\$)|([a-zA-Z0-9_]+)|\\{([a-zA-Z0-9_]+)})");

  /** Calls within each other could double a label each time. */
  private static final int MAX_LENGTH = 4_096;

  private final QueryRun run;
  private final SyntaxLimits limits;

  LabelReplacement(QueryRun run, SyntaxLimits limits) {
    this.run = run;
    this.limits = limits;
  }

  Value apply(Value of, String to, String replacement, String from, String regex) {
    if (!SeriesMatcher.isLabel(to)) {
      throw PromqlException.badData(
          "label_replace cannot write the label %s: use letters, digits and _"
              .formatted(PromqlException.quoted(to)));
    }
    Pattern pattern = SeriesMatcher.compile(regex, limits);
    UnaryOperator<Labels> replace =
        labels -> {
          Matcher matcher = pattern.matcher(labels.get(from));
          return matcher.matches() ? labels.with(to, expand(replacement, matcher)) : labels;
        };
    return of instanceof Histograms histograms
        ? histograms(histograms, replace)
        : vector((VectorValue) of, replace);
  }

  private VectorValue vector(VectorValue of, UnaryOperator<Labels> replace) {
    VectorBuilder result = new VectorBuilder(run);
    of.series().forEach(s -> result.map(s, replace.apply(s.labels()), (step, value) -> value));
    return result.build();
  }

  private static Histograms histograms(Histograms of, UnaryOperator<Labels> replace) {
    Set<Labels> distinct = new HashSet<>();
    List<Histogram> replaced =
        of.series().stream().map(h -> h.with(replace.apply(h.labels()))).toList();
    for (Histogram histogram : replaced) {
      if (!distinct.add(histogram.labels())) {
        throw PromqlException.execution(
            "label_replace gives two series the same labels, %s".formatted(histogram.labels()));
      }
    }
    return new Histograms(replaced, of.scale());
  }

  /** Replaces $1, ${1} and ${name} by groups, and $$ by a dollar sign. */
  private static String expand(String replacement, Matcher groups) {
    java.util.regex.Matcher references = REFERENCE.matcher(replacement);
    StringBuilder expanded = new StringBuilder();
    int at = 0;
    while (references.find() && expanded.length() <= MAX_LENGTH) {
      expanded.append(replacement, at, references.start());
      if (references.group(1) != null) {
        expanded.append('$');
      } else {
        String name = references.group(2) != null ? references.group(2) : references.group(3);
        expanded.append(group(groups, name));
      }
      at = references.end();
    }
    expanded.append(replacement, at, replacement.length());
    if (expanded.length() > MAX_LENGTH) {
      throw PromqlException.execution(
          "label_replace gives a label of more than %d characters".formatted(MAX_LENGTH));
    }
    return expanded.toString();
  }

  private static String group(Matcher groups, String name) {
    if (name.length() <= 3 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int number = Integer.parseInt(name);
      String text = number <= groups.groupCount() ? groups.group(number) : null;
      return text == null ? "" : text;
    }
    try {
      String text = groups.group(name);
      return text == null ? "" : text;
    } catch (IllegalArgumentException unknownGroup) {
      return "";
    }
  }
}
