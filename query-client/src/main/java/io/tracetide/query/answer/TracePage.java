package io.tracetide.query.answer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of {@code /monitoring/traces}.
 *
 * @param cursor start of the next page, also after an empty one; null on the last page
 */
public record TracePage(
    boolean partial, List<String> missing, List<Trace> traces, @Nullable String cursor)
    implements QueryAnswer {
  public TracePage {
    missing = Values.list(missing);
    traces = Values.list(traces);
  }
}
