package io.tracetide.processor.query.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.config.Secret;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceListQueryTest {
  static final CursorSeal SEAL = CursorSeal.of(Secret.NONE);
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final List<TraceSnapshot> traces =
      Stream.of(
              Traces.running("run", "planner", "plan trip", NOW.minusSeconds(30))
                  .context(Map.of("contextId", "trip-9", "userId", "ada")),
              Traces.running("wait", "planner", "GET /orders/4711", NOW.minusSeconds(900))
                  .stuck(NOW, 1),
              Traces.running("lost", "booker", "book", NOW.minusSeconds(9_000)).abandoned(NOW),
              Traces.running("done", "booker", "book", NOW.minusSeconds(60))
                  .completed(NOW)
                  .tags(Map.of("region", "eu-west", "tier", "gold"))
                  .step(ended("payment", "charge", "FAILED"))
                  .step(ended("stock", "GET /items/17", "COMPLETED")),
              Traces.running("bad", "payment", "charge", NOW.minusSeconds(60))
                  .failed(NOW, "T", "m")
                  .context(Map.of("correlationId", "trip-9")),
              Traces.running("off", "payment", "charge", NOW.minusSeconds(60))
                  .tenant("other")
                  .cancelled(NOW))
          .map(Traces::snapshot)
          .toList();

  private static TraceStep ended(String service, String operation, String status) {
    return new TraceStep(
        NOW.toEpochMilli() * 1_000,
        TraceStep.Kind.ENDED,
        service,
        operation,
        service,
        status,
        Map.of(TraceStep.PARENT_SPAN_ID, "root"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          limit=5                            | run,wait,lost,done,bad,off
          state=in_flight                    | run,wait
          state=running                      | run
          state=STUCK                        | wait
          state=stuck,abandoned              | wait,lost
          state=completed,failed,cancelled   | done,bad,off
          service=booker                     | lost,done
          service=stock                      | done
          tag=side=child                     | done
          tag=side=ch*&tag=tier=gold         | done
          tag=side=parent                    | ''
          service=stock&operation=GET /items/{id} | done
          service=stock&operation=charge     | ''
          service=pl*,pay????                | run,wait,done,bad,off
          service=plan                       | ''
          service=p\\*                       | ''
          service=\\planner                  | run,wait
          state=stuck, abandoned             | wait,lost
          operation=*trip                    | run
          operation=GET /orders/{id}         | wait
          operation=GET /orders/4711         | wait
          tenant=other                       | off
          tenant=default&service=payment     | done,bad
          tag=region=eu*                     | done
          tag=region=eu*,tier=gold           | done
          tag=region=eu*,tier=silver         | ''
          minDuration=60s                    | done,bad
          minDuration=60001ms                | ''
          maxDuration=2m&state=completed     | done
          error=true                         | done,bad
          error=false                        | run,wait,lost,off
          context=trip-9                     | run,bad
          context=ada                        | run
          context=trip                       | ''
          olderThan=15m                      | wait,lost
          olderThan=16m                      | lost
          """)
  void shouldSelectByEachParameter(String query, String kept) {
    TraceCriteria.Matcher matcher = parse(query).filter().matcher();

    assertThat(traces.stream().filter(matcher::matches).map(TraceSnapshot::traceId))
        .containsExactlyElementsOf(kept.isEmpty() ? List.of() : List.of(kept.split(",")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          state=open             | 'state'     | in_flight, running, stuck
          olderThan=0s           | 'olderThan' | 15m
          olderThan=367d         | 'olderThan' | 366d
          olderThan=ten          | 'olderThan' | 15m
          limit=0                | 'limit'     | 1 to 1000
          limit=1001             | 'limit'     | 1 to 1000
          events=maybe           | 'events'    | true or false
          cursor=*               | 'cursor'    | same query
          cursor=AAAA            | 'cursor'    | same query
          tenant=a&tenant=b      | 'tenant'    | once
          tag=region             | 'tag'       | key=value
          minDuration=long       | 'minDuration' | 250ms
          minDuration=2s&maxDuration=1s | 'maxDuration' | minDuration
          error=maybe            | 'error'     | true or false
          colour=red             | 'colour'    | olderThan
          """)
  void shouldNameTheParameterAndWhatItAccepts(String query, String parameter, String accepted) {
    assertThatThrownBy(() -> parse(query))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining(parameter)
        .hasMessageContaining(accepted);
  }

  @Test
  void shouldAcceptACursorOfTheSameQueryOnly() {
    String question = parse("state=stuck&olderThan=5m").identity();
    ScanPosition place = new ScanPosition(7, Optional.of(Bytes.wrap(new byte[] {0, -1, 3})));
    String cursor = TraceCursor.of(place, question, SEAL);

    TraceListQuery later =
        TraceListQuery.parse(
            parameters("olderThan=5m&limit=3&events=true&state=stuck&cursor=" + cursor),
            NOW.plusSeconds(60),
            SEAL);

    assertThat(later.from()).isEqualTo(place);
    assertThatThrownBy(() -> parse("state=running&olderThan=5m&cursor=" + cursor))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("'cursor'");
  }

  static TraceListQuery parse(String query) {
    return TraceListQuery.parse(parameters(query), NOW, SEAL);
  }

  private static Parameters parameters(String query) {
    Map<String, List<String>> values =
        Arrays.stream(query.split("&"))
            .filter(pair -> !pair.isEmpty())
            .map(pair -> pair.split("=", 2))
            .collect(
                Collectors.groupingBy(
                    pair -> pair[0],
                    LinkedHashMap::new,
                    Collectors.mapping(pair -> pair[1], Collectors.toList())));
    return Parameters.of(values, TraceListQuery.PARAMETERS, Tenants.ALL);
  }
}
