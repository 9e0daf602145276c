package io.tracetide.processor.query.window.stored;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open series of a scope, or their totals. A few names of services are compared as bytes. */
final class OpenFilter implements OpenWindows.Filter {
  private static final int FEW = 8;

  private final Scope scope;
  private final boolean totals;

  /** Empty when the names are not compared. */
  private final List<byte[]> services;

  OpenFilter(Scope scope, boolean totals) {
    this.scope = scope;
    this.totals = totals;
    boolean compared =
        scope.services().size() <= FEW && scope.services().stream().noneMatch(RowScan::isUncertain);
    services =
        compared
            ? scope.services().stream().map(service -> service.getBytes(UTF_8)).toList()
            : List.of();
  }

  @Override
  public boolean mayInclude(byte[] key, int prefix) {
    if (services.isEmpty()) {
      return true;
    }
    int start = SeriesCodec.end(key, 0) + 1;
    for (byte[] service : services) {
      if (Arrays.equals(service, 0, service.length, key, start, prefix - 1)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable SeriesId countedAs(SeriesId series) {
    if (!scope.includes(series)) {
      return null;
    }
    if (!totals) {
      return series;
    }
    return series.isLatency() ? series.ofService() : null;
  }
}
