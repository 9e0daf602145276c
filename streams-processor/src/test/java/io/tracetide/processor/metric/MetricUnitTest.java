package io.tracetide.processor.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricUnitTest {

  @ParameterizedTest
  @CsvSource({
    "cpu_usage_percent, %",
    "memory_usage_mb, MiBy",
    "network_io_kb, KiBy",
    "http_request_duration_seconds, s",
    "bytes_sent_bytes_total, By",
    "jvm.gc.pause.ms, ms",
    "orders_total,",
    "bytes,",
    "m,"
  })
  void shouldReadTheUnitFromTheEndOfTheName(String metric, String unit) {
    assertThat(MetricUnit.of(metric)).isEqualTo(unit);
  }
}
