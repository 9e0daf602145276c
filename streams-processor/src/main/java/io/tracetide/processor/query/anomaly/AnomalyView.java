package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.schemas.Anomaly;
import java.util.List;
import java.util.function.Consumer;

/**
 * Anomalies that this application keeps, open and resolved, in their latest revision; for reading
 * only.
 */
public interface AnomalyView {

  /**
   * Hands every kept anomaly to the reader, in no order.
   *
   * @return hosts whose anomalies were not read
   * @throws StoresUnavailableException when the stores cannot be read now; the reader may have been
   *     called already
   */
  List<String> read(Consumer<Anomaly> reader);
}
