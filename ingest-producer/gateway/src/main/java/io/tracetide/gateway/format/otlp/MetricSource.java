package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.format.span.SpanSource;
import io.tracetide.gateway.record.RecordBatchBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who measured: a service, and which of its processes.
 *
 * @param scope name of the instrumentation scope; empty when there is none
 */
record MetricSource(String serviceName, String instance, String scope) {

  MetricSource withScope(String name) {
    return new MetricSource(serviceName, instance, name);
  }

  /**
   * Gathers a resource attribute by attribute. Running totals of two processes must never pass for
   * one, so where nobody has named the instance, what tells processes apart is taken for its name.
   */
  static final class Draft implements Signal.Draft<MetricSource> {

    private static final String INSTANCE = "service.instance.id";
    private static final List<String> PROCESS =
        List.of("k8s.pod.name", "container.id", "host.name", "process.pid");

    private final RecordBatchBuilder intake;
    private final String[] process = new String[PROCESS.size()];
    private String serviceName = "";
    private String instance = "";

    Draft(RecordBatchBuilder intake) {
      this.intake = intake;
      Arrays.fill(process, "");
    }

    @Override
    public void attribute(String key, String value) {
      if (key.equals(SpanSource.SERVICE_NAME)) {
        serviceName = intake.text().name(value);
      } else if (key.equals(INSTANCE)) {
        instance = intake.text().identity(value);
      } else {
        int place = PROCESS.indexOf(key);
        if (place >= 0) {
          process[place] = intake.text().identity(value);
        }
      }
    }

    @Override
    public MetricSource finish() {
      intake.findings().take();
      String service = serviceName.isBlank() ? SpanSource.UNKNOWN_SERVICE : serviceName;
      intake.sender(service);
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
