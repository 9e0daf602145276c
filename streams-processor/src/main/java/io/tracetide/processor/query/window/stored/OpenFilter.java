package io.tracetide.processor.query.window.stored;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.util.Arrays;
import java.util.List;

/** The open series of a scope. A few names of services are compared as bytes. */
final class OpenFilter implements OpenWindows.Filter {
  private static final int FEW = 8;

  private final Scope scope;

  /** Empty when the names are not compared. */
  private final List<byte[]> services;

  OpenFilter(Scope scope) {
    this.scope = scope;
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
  public boolean includes(SeriesId series) {
    return scope.includes(series);
  }
}
