package io.tracetide.processor.topology.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.total.LocalTotals;
import io.tracetide.processor.total.MemoryTotalStore;
import io.tracetide.processor.total.SeriesTotals;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeriesAdmissionTest {

  private static final long T0 = 1_700_000_000_000L;
  private static final int CAP = CardinalityConfig.defaults().operationsPerService();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private KeyValueStore<Bytes, Long> store;
  private SeriesAdmission admission;

  @BeforeEach
  void openStore() {
    MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
    store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("n"), Serdes.Bytes(), Serdes.Long())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    admission = start();
  }

  private SeriesAdmission start() {
    return new SeriesAdmission(
        CardinalityConfig.defaults().limits(1),
        store,
        new SeriesTotals(
            0, new SeriesTotals.Limits(0, 0), new MemoryTotalStore(), new LocalTotals(), () -> {}),
        new ProcessorMetrics(meters));
  }

  @Test
  void shouldRememberOnlyWhatIsAdmitted() {
    for (int i = 0; i < 5_000; i++) {
      admit("shop", "op" + i + "x");
    }

    admission.write();

    assertThat(stored()).hasSize(CAP).contains(series("shop", SeriesId.OTHER));
    assertThat(overflowed("operation_limit")).isEqualTo(5_000 - (CAP - 1));
  }

  @Test
  void shouldAdmitTheSameNamesAfterARestart() {
    for (int i = 0; i < 1_000; i++) {
      admit("shop", "op" + (i * 7_919 % 1_000) + "x");
    }
    assertThat(stored()).isEmpty();
    admission.write();
    List<SeriesId> before = stored();

    admission = start();
    for (int i = 0; i < 1_000; i++) {
      SeriesId series = series("shop", "op" + i + "x");
      assertThat(admit("shop", "op" + i + "x"))
          .isEqualTo(before.contains(series) ? series : series("shop", SeriesId.OTHER));
    }
    admission.write();
    assertThat(stored()).isEqualTo(before);
  }

  @Test
  void shouldShowEveryReasonBeforeItFirstHappens() {
    assertThat(overflowed("service_limit")).isZero();
    assertThat(overflowed("operation_limit")).isZero();
    assertThat(overflowed("metric_limit")).isZero();
  }

  private SeriesId admit(String service, String operation) {
    byte[] key = SeriesCodec.encode(series(service, operation));
    return admission.limits().admit(key, 0, key.length, T0).id();
  }

  private static SeriesId series(String service, String operation) {
    return SeriesId.ofOperation("default", service, operation);
  }

  private double overflowed(String reason) {
    return meters.get("tracetide.processor.names.folded").tag("reason", reason).counter().count();
  }

  private List<SeriesId> stored() {
    List<SeriesId> names = new ArrayList<>();
    try (KeyValueIterator<Bytes, Long> all = store.all()) {
      all.forEachRemaining(name -> names.add(SeriesCodec.decode(name.key.get())));
    }
    return names;
  }
}
