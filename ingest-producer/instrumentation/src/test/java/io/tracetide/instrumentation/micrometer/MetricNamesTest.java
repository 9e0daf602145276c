package io.tracetide.instrumentation.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricNamesTest {

  @ParameterizedTest
  @CsvSource({
    "orders,                 COUNTER,              ,        orders_total",
    "orders.total,           COUNTER,              ,        orders_total",
    "logback.events,         COUNTER,              events,  logback_events_total",
    "bytes.sent,             COUNTER,              bytes,   bytes_sent_bytes_total",
    "http.server.requests,   TIMER,                ,        http_server_requests_seconds",
    "jobs,                   LONG_TASK_TIMER,      ,        jobs_seconds",
    "jvm.memory.used,        GAUGE,                bytes,   jvm_memory_used_bytes",
    "process.uptime,         GAUGE,                seconds, process_uptime_seconds",
    "hikaricp.connectionsMax, GAUGE,               ,        hikaricp_connections_max",
    "payload.bytes,          DISTRIBUTION_SUMMARY, bytes,   payload_bytes",
    "latency,                GAUGE,                ,        latency_value",
  })
  void shouldJoinWordsAndEndInTheUnit(String name, Meter.Type type, String unit, String expected) {
    assertThat(MetricNames.WITH_UNITS.name(name, type, unit)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"seconds,s", "bytes,By", "percent,%", "threads,{threads}", ",''"})
  void shouldUseUcumUnits(String unit, String ucum) {
    assertThat(MetricNames.ucum(unit)).isEqualTo(ucum);
  }
}
