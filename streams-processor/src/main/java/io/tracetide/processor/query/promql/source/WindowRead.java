package io.tracetide.processor.query.promql.source;

import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The windows of one tier to read.
 *
 * @param matchers of labels other than the metric's name and {@code le}
 * @param sizeMs size of the tier's windows
 * @param fromMs the first start of a window
 * @param toMs exclusive end of the starts
 * @param target labels under which the windows of a series are returned; series with the same
 *     target are added
 */
public record WindowRead(
    QueryMetric metric,
    List<SeriesMatcher> matchers,
    long sizeMs,
    long fromMs,
    long toMs,
    UnaryOperator<Labels> target) {
  public WindowRead {
    matchers = List.copyOf(matchers);
  }
}
