package io.tracetide.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.tracetide.client.CapturingEmitter;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.TraceEmitter;
import io.tracetide.instrumentation.micrometer.TracetideMeterRegistry;
import io.tracetide.instrumentation.otel.RunningSpans;
import io.tracetide.instrumentation.otel.TracetideSpanExporter;
import io.tracetide.instrumentation.servlet.FilterSettings;
import io.tracetide.instrumentation.servlet.TraceFilter;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compiles and runs the snippets of the README. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private final CapturingEmitter captured = new CapturingEmitter("shop", "default");
  private final TraceEmitter emitter = captured.emitter();
  private final List<String> calls = new ArrayList<>();

  @AfterEach
  void close() {
    captured.close();
  }

  @Test
  void shouldHaveEverySnippetOfTheReadme() throws IOException {
    String here =
        squeezed(
            Files.readString(
                Path.of("src/test/java", ReadmeTest.class.getName().replace('.', '/') + ".java")));
    Matcher snippets = JAVA.matcher(Files.readString(Path.of("README.md")));
    int count = 0;
    while (snippets.find()) {
      assertThat(here).contains(squeezed(snippets.group(1)));
      count++;
    }
    assertThat(count).isEqualTo(4);
  }

  @Test
  void shouldTraceRequests() throws Exception {
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServletContextHandler handler = new ServletContextHandler();
    handler.addServletContainerInitializer((classes, context) -> register(context));
    handler.addServlet(
        new ServletHolder(
            new HttpServlet() {
              @Override
              protected void doGet(HttpServletRequest request, HttpServletResponse response) {
                charge(request);
              }
            }),
        "/pay");
    server.setHandler(handler);
    server.start();
    try {
      HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(server.getURI().resolve(URI.create("/pay"))).build(),
              HttpResponse.BodyHandlers.discarding());
    } finally {
      server.stop();
    }

    assertThat(captured.events())
        .extracting(TraceEvent::getOperationName)
        .containsExactly("GET /pay", "charge card", "charge card", "GET /pay");
    assertThat(calls)
        .containsExactly(
            "traceparent",
            "00-%s-%s-03"
                .formatted(
                    captured.events().get(1).getTraceId(), captured.events().get(1).getSpanId()));
  }

  private void register(ServletContext context) {
    TraceFilter filter =
        new TraceFilter(
            emitter, FilterSettings.defaults().withExcludedPaths("/health", "/assets/*", "*.css"));
    FilterRegistration.Dynamic tracing = context.addFilter("tracetide", filter);
    tracing.setAsyncSupported(true);
    tracing.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
  }

  private void charge(HttpServletRequest request) {
    ExecutionTrace trace = TraceFilter.trace(request).orElseThrow();
    try (ExecutionTrace charge = trace.child("charge card", SpanKind.CLIENT)) {
      call("https://bank.example/charge", "traceparent", charge.traceparent());
      charge.complete();
    }
  }

  private void call(String url, String header, String value) {
    assertThat(url).startsWith("https");
    calls.add(header);
    calls.add(value);
  }

  @Test
  void shouldExportSpans() {
    Attributes shop = Attributes.builder().put("service.name", "shop").build();
    SdkTracerProvider tracing =
        SdkTracerProvider.builder()
            .setResource(Resource.getDefault().merge(Resource.create(shop)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(TracetideSpanExporter.over(emitter)).build())
            .addSpanProcessor(
                new RunningSpans(emitter, RunningSpans.Which.LOCAL_ROOTS, Duration.ofSeconds(1)))
            .build();
    tracing.get("readme").spanBuilder("work").startSpan().end();
    tracing.close();

    assertThat(captured.events())
        .extracting(TraceEvent::getServiceName, TraceEvent::getOperationName)
        .containsExactly(tuple("shop", "work"));
  }

  @Test
  void shouldPublishMeters() {
    MeterRegistry meters = new TracetideMeterRegistry(emitter);
    new JvmMemoryMetrics().bindTo(meters);
    meters.counter("orders", "payment", "card").increment();
    meters.timer("http.client.requests").record(Duration.ofMillis(23));
    meters.close();

    assertThat(captured.samples())
        .extracting(MetricSample::getMetricName)
        .contains("orders_total", "http_client_requests_seconds", "jvm_memory_used_bytes");
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }
}
