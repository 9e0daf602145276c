package io.tracetide.processor.query.peer;

import static io.tracetide.processor.query.peer.message.MessageFormat.TRACES_REQUEST;
import static io.tracetide.processor.query.peer.message.MessageFormat.TRACE_REQUEST;
import static io.tracetide.processor.query.peer.message.MessageFormat.WINDOWS_REQUEST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.peer.message.RequestRecords;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.trace.ScanLimits;
import io.tracetide.processor.query.trace.ScanPosition;
import io.tracetide.processor.query.trace.TraceCriteria;
import io.tracetide.processor.query.trace.TraceDetails;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.peer.TraceRequest;
import io.tracetide.schemas.peer.TracesRequest;
import io.tracetide.schemas.peer.WindowDetail;
import io.tracetide.schemas.peer.WindowsRequest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Requests to another instance have exactly the names of the query. */
class NamesInRequestsTest {
  private static final int LIMIT = 1 << 20;

  @Property(tries = 300)
  void shouldRequestWindowsOfAnyNames(
      @ForAll("names") String tenant, @ForAll("sets") Set<String> services) {
    Scope scope = new Scope(Tenants.of(tenant), services);
    WindowsRequest request =
        RequestRecords.windows(3, LIMIT, "10s", 0, 1, scope, WindowDetail.SERIES);

    WindowsRequest received = WINDOWS_REQUEST.decode(WINDOWS_REQUEST.encode(request));

    assertThat(received).isEqualTo(request);
    assertThat(RequestRecords.scope(received)).isEqualTo(scope);
  }

  @Property(tries = 300)
  void shouldRequestTracesOfAnyNames(
      @ForAll("names") String tenant,
      @ForAll("names") String service,
      @ForAll("names") String operation,
      @ForAll("names") String id) {
    ScanPosition from = new ScanPosition(2, Optional.empty());
    ScanLimits limits = new ScanLimits(10, true, 100, LIMIT, LIMIT);
    TraceCriteria criteria =
        new TraceCriteria(
            Tenants.of(tenant),
            Set.of("running"),
            Set.of(service),
            Set.of(operation),
            Set.of(id),
            OptionalLong.empty(),
            new TraceDetails(
                Set.of(id + "=" + service),
                OptionalLong.of(5),
                OptionalLong.empty(),
                Optional.of(true)));
    TraceRequest one = new TraceRequest(2, LIMIT, tenant, id);

    TracesRequest received =
        TRACES_REQUEST.decode(
            TRACES_REQUEST.encode(RequestRecords.traces(from, LIMIT, limits, criteria)));

    assertThat(RequestRecords.position(received)).isEqualTo(from);
    assertThat(received.getLimitBytes()).isEqualTo(LIMIT);
    assertThat(RequestRecords.limits(received)).isEqualTo(limits);
    assertThat(RequestRecords.criteria(received)).isEqualTo(criteria);
    assertThat(TRACE_REQUEST.decode(TRACE_REQUEST.encode(one))).isEqualTo(one);
  }

  @Provide
  Arbitrary<Set<String>> sets() {
    return names().set().ofMaxSize(10);
  }

  /** Names that Kafka may hold. */
  @Provide
  Arbitrary<String> names() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                ",", " a ", "*", "\\*", "\\", "\t", "\u0001", "__other__", "\ud83d\ude80"),
            Arbitraries.strings().ofMinLength(1).ofMaxLength(30))
        .map(text -> new String(text.replace("\0", "").getBytes(UTF_8), UTF_8))
        .filter(text -> !text.isEmpty());
  }
}
