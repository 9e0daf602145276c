package io.tracetide.processor.query.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.peer.message.TraceQuestion;
import io.tracetide.processor.query.peer.message.TracesQuestion;
import io.tracetide.processor.query.peer.message.WindowsQuestion;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.trace.ScanLimits;
import io.tracetide.processor.query.trace.ScanPosition;
import io.tracetide.processor.query.trace.TraceCriteria;
import io.tracetide.runtime.access.Tenants;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Another instance is asked for the very names that this one was asked for. */
class NamesInRequestsTest {
  private static final int LIMIT = 1 << 20;

  @Property(tries = 300)
  void shouldAskForWindowsOfAnyNames(
      @ForAll("names") String tenant, @ForAll("sets") Set<String> services) {
    WindowsQuestion question =
        new WindowsQuestion(3, LIMIT, "10s", 0, 1, new Scope(Tenants.of(tenant), services), false);

    assertThat(WindowsQuestion.decode(question.encode())).isEqualTo(question);
  }

  @Property(tries = 300)
  void shouldAskForTracesOfAnyNames(
      @ForAll("names") String tenant,
      @ForAll("names") String service,
      @ForAll("names") String operation,
      @ForAll("names") String id) {
    TracesQuestion question =
        new TracesQuestion(
            new ScanPosition(2, Optional.empty()),
            LIMIT,
            new ScanLimits(10, true, 100, LIMIT, LIMIT),
            new TraceCriteria(
                Tenants.of(tenant),
                Set.of("running"),
                Set.of(service),
                Set.of(operation),
                Set.of(id),
                OptionalLong.empty()));
    TraceQuestion one = new TraceQuestion(2, LIMIT, tenant, id);

    assertThat(TracesQuestion.decode(question.encode())).isEqualTo(question);
    assertThat(TraceQuestion.decode(one.encode())).isEqualTo(one);
  }

  @Provide
  Arbitrary<Set<String>> sets() {
    return names().set().ofMaxSize(10);
  }

  /** What Kafka may hold. */
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
