package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.format.span.SpanSource;
import io.tracetide.gateway.format.span.TelemetrySource;
import io.tracetide.gateway.record.RecordBatchBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sender of metrics: a service and one of its instances.
 *
 * @param scope name of the instrumentation scope; empty when there is none
 */
record MetricSource(String serviceName, String instance, String scope)
    implements TelemetrySource<MetricSource> {

  @Override
  public MetricSource withScope(String name, String version, long masked) {
    return new MetricSource(serviceName, instance, name);
  }

  /**
   * Collects the attributes of a resource. Running totals of two processes must not be mistaken for
   * one: without {@code service.instance.id}, the attributes that identify the process stand for
   * it.
   */
  static final class Builder implements TelemetrySource.Builder<MetricSource> {

    private static final String INSTANCE = "service.instance.id";
    private static final List<String> PROCESS =
        List.of("k8s.pod.name", "container.id", "host.name", "process.pid");

    private final RecordBatchBuilder batch;
    private final String[] process = new String[PROCESS.size()];
    private String serviceName = "";
    private String instance = "";

    Builder(RecordBatchBuilder batch) {
      this.batch = batch;
      Arrays.fill(process, "");
    }

    @Override
    public void attribute(String key, String value) {
      if (key.equals(SpanSource.SERVICE_NAME)) {
        serviceName = batch.text().name(value);
      } else if (key.equals(INSTANCE)) {
        instance = batch.text().identity(value);
      } else {
        int index = PROCESS.indexOf(key);
        if (index >= 0) {
          process[index] = batch.text().identity(value);
        }
      }
    }

    @Override
    public MetricSource build() {
      batch.findings().take();
      String service = serviceName.isBlank() ? SpanSource.UNKNOWN_SERVICE : serviceName;
      batch.sender(service);
      return new MetricSource(
          service,
          instance.isBlank()
              ? Arrays.stream(process)
                  .filter(part -> !part.isEmpty())
                  .collect(Collectors.joining("/"))
              : instance,
          "");
    }
  }
}
