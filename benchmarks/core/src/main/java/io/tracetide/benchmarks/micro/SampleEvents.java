package io.tracetide.benchmarks.micro;

import io.tracetide.benchmarks.workload.EventRecords;
import io.tracetide.benchmarks.workload.EventSequence;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;

/** Events in the wire format, as read from Kafka: more than fit into the processor's caches. */
final class SampleEvents {

  static final int COUNT = 1 << 15;
  private static final int SERIES = 1_000;
  private static final int PER_SECOND = 30_000;

  private SampleEvents() {}

  static byte[][] write(SchemaRegistry registry) {
    Workload workload = new Workload(1, COUNT, SERIES, 0, 1_700_000_000_000L, PER_SECOND);
    EventRecords records = new EventRecords(workload, registry);
    EventSequence events = workload.sequence();
    List<byte[]> written = new ArrayList<>(COUNT);
    while (events.next()) {
      written.add(records.encode(events));
    }
    return written.toArray(new byte[0][]);
  }
}
