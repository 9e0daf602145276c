package io.tracetide.processor.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallSamplerTest {

  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(
          new InMemorySchemaRegistry(),
          SubjectCatalog.valueSubject(Topics.TRACES),
          TraceEvent.class);
  private final TraceEventReader reader = new TraceEventReader(TraceEvent.getClassSchema());
  private final List<CallReport> reports = new ArrayList<>();
  private final CallSampler sampler = new CallSampler(true, reports::add);
  private long nowMs = 1_000_000;

  @Test
  void shouldFindParentsBeforeAndAfterTheirChildren() {
    sampler.advance(nowMs);
    finish("t1", "2", "1", "cart", "show 4711", SpanKind.SERVER);
    finish("t1", "1", null, "gateway", "GET /carts/4711", SpanKind.SERVER);
    finish("t1", "3", "2", "cart", "count", SpanKind.CLIENT);
    assertThat(reports).isEmpty();
    rotate();

    assertThat(reports)
        .containsExactly(
            new CallReport(
                "acme",
                List.of(
                    call("gateway", "GET /carts/{id}", "cart", "show {id}"),
                    call("cart", "show {id}", "cart", "count"))));
  }

  @Test
  void shouldFindParentsThatComeSecondsLater() {
    sampler.advance(nowMs);
    finish("t1", "2", "1", "cart", "show", SpanKind.SERVER);
    rotate();
    finish("t1", "1", null, "gateway", "get", SpanKind.SERVER);
    rotate();
    finish("t2", "1", null, "gateway", "late", SpanKind.SERVER);
    rotate();
    finish("t2", "2", "1", "cart", "later", SpanKind.SERVER);
    rotate();

    assertThat(reports)
        .extracting(CallReport::calls)
        .containsExactly(
            List.of(call("gateway", "get", "cart", "show")),
            List.of(call("gateway", "late", "cart", "later")));
  }

  @Test
  void shouldReportACallAgainOnlyAfterSomeTime() {
    sampler.advance(nowMs);
    for (int i = 0; i < 130; i++) {
      finish("t" + i, "1", null, "gateway", "get", SpanKind.SERVER);
      finish("t" + i, "2", "1", "cart", "show", SpanKind.SERVER);
      rotate();
    }
    assertThat(reports).hasSize(2);
  }

  @Test
  void shouldFindTheTwoSidesOfASpanWithOneId() {
    sampler.advance(nowMs);
    finish("t1", "1", null, "gateway", "call cart", SpanKind.CLIENT);
    finish("t1", "1", null, "cart", "show", SpanKind.SERVER);
    finish("t1", "2", "1", "cart", "count", SpanKind.INTERNAL);
    rotate();

    assertThat(reports)
        .singleElement()
        .extracting(CallReport::calls)
        .isEqualTo(
            List.of(
                call("gateway", "call cart", "cart", "show"),
                call("cart", "show", "cart", "count")));
  }

  @Test
  void shouldSampleTracesUnderLoadAndStillFindTheCalls() {
    sampler.advance(nowMs);
    for (String round : List.of("a", "b", "c")) {
      for (int i = 0; i < 2 * CallSampler.MOST_SPANS; i++) {
        String trace = "trace-" + round + "-" + i;
        finish(trace, "1", null, "gateway", "get " + round, SpanKind.SERVER);
        finish(trace, "2", "1", "cart", "show " + round, SpanKind.SERVER);
      }
      rotate();
    }
    assertThat(reports).isNotEmpty();
    assertThat(reports.get(reports.size() - 1).calls())
        .contains(call("gateway", "get c", "cart", "show c"));
  }

  private void rotate() {
    nowMs += CallSampler.ROTATE_MS;
    sampler.advance(nowMs);
  }

  private void finish(
      String trace,
      String span,
      @Nullable String parent,
      String service,
      String operation,
      SpanKind kind) {
    TraceEvent event =
        TraceEvent.newBuilder()
            .setTenantId("acme")
            .setType(TraceEventType.COMPLETED)
            .setTraceId(trace)
            .setSpanId(span)
            .setParentSpanId(parent)
            .setSpanKind(kind)
            .setServiceName(service)
            .setOperationName(operation)
            .setStatus(TraceStatus.COMPLETED)
            .setTimestamp(Instant.EPOCH)
            .setDurationMicros(10L)
            .build();
    TraceView view = new TraceView();
    reader.read(encoder.encode(event), view);
    sampler.observe(view);
  }

  private static Call call(String caller, String by, String callee, String called) {
    return new Call(new TracedOperation(caller, by), new TracedOperation(callee, called));
  }
}
