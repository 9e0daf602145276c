package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.schemas.Anomaly;
import java.util.List;
import java.util.function.Consumer;

/** Read access to the kept anomalies, open and resolved, in their latest revision. */
public interface AnomalyView {

  /**
   * Passes every kept anomaly to the reader, in no order.
   *
   * @return hosts whose anomalies were not read
   * @throws StoresUnavailableException when the stores cannot be read now; the reader may have been
   *     called already
   */
  List<String> read(Consumer<Anomaly> reader);
}
