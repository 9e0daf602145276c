package io.tracetide.processor.query.window.stored;

import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.WindowRow;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.jspecify.annotations.Nullable;

/** The parts of the row of one service in one window. */
final class ServiceRows {
  private ServiceRows() {}

  /**
   * Passes on each part; none when the service has no row in the window.
   *
   * @param service tenant and service as series keys begin
   */
  static void read(
      ReadOnlyWindowStore<Bytes, byte[]> store,
      byte[] service,
      long startMs,
      Consumer<byte[]> reader) {
    boolean more = true;
    for (int part = 0; more; part++) {
      byte @Nullable [] row =
          store.fetch(Bytes.wrap(RowKey.of(startMs, service, service.length, part)), startMs);
      more = row != null && WindowRow.moreFollows(row);
      if (row != null) {
        reader.accept(row);
      }
    }
  }
}
