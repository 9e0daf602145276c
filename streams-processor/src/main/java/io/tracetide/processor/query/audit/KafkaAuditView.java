package io.tracetide.processor.query.audit;

import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.runtime.kafka.audit.ChainReport;
import io.tracetide.runtime.kafka.audit.ChainWatch;
import io.tracetide.runtime.kafka.audit.TrailPage;
import io.tracetide.runtime.kafka.audit.TrailReader;
import io.tracetide.runtime.kafka.audit.TrailRequest;
import org.apache.kafka.common.KafkaException;

/** The audit trail in Kafka. */
public final class KafkaAuditView implements AuditView {
  private final TrailReader reader;
  private final ChainWatch watch;

  public KafkaAuditView(TrailReader reader, ChainWatch watch) {
    this.reader = reader;
    this.watch = watch;
  }

  @Override
  public TrailPage page(TrailRequest request) {
    try {
      return reader.page(request);
    } catch (KafkaException e) {
      throw new StoresUnavailableException(
          "The audit trail cannot be read from Kafka now: " + e.getMessage() + ".", e);
    }
  }

  @Override
  public ChainReport verification() {
    return watch.report();
  }
}
