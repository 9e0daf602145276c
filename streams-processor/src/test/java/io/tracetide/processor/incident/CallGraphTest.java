package io.tracetide.processor.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallGraphTest {

  private final CallGraph graph = new CallGraph();

  @Test
  void shouldReachThroughOtherOperationsAlsoInCircles() {
    add("a", "b", 1);
    add("b", "c", 1);
    add("c", "a", 1);

    assertThat(graph.reachedBy(of("a")))
        .containsExactlyInAnyOrder(of("b"), of("c"), all("b"), all("c"));
    assertThat(graph.reaching(of("a")))
        .containsExactlyInAnyOrder(of("b"), of("c"), all("b"), all("c"));
    assertThat(graph.reachedBy(all("a"))).contains(of("b"), of("c"));
    assertThat(graph.calleesOf(of("a"))).containsExactly(of("b"));
    assertThat(graph.reachedBy(of("unknown"))).isEmpty();
  }

  @Test
  void shouldDropCallsThatAreNoLongerSeen() {
    add("a", "b", 10);
    add("b", "c", 20);
    add("a", "b", 30);

    assertThat(graph.dropBefore(25)).containsExactly(new Call(of("b"), of("c")));

    assertThat(graph.size()).isEqualTo(1);
    assertThat(graph.reachedBy(of("a"))).containsExactlyInAnyOrder(of("b"), all("b"));
    assertThat(graph.reaching(of("c"))).isEmpty();
    assertThat(graph.dropBefore(31)).hasSize(1);
    assertThat(graph.reachedBy(all("a"))).isEmpty();
  }

  @Test
  void shouldBoundTheNumberOfCalls() {
    for (int i = 0; i < CallGraph.MOST_CALLS; i++) {
      add("a", "b" + i, 1);
    }
    assertThat(graph.add(new Call(of("a"), of("more")), 1)).isEqualTo(CallGraph.Added.IGNORED);
    assertThat(graph.add(new Call(of("a"), of("b1")), 2)).isEqualTo(CallGraph.Added.AGAIN);
  }

  @Test
  void shouldEncodeReports() {
    CallReport report =
        new CallReport("acme", List.of(new Call(of("a"), of("ü")), new Call(of("b"), all("c"))));

    byte[] encoded = report.encode();

    assertThat(CallReport.isEncoded(encoded)).isTrue();
    assertThat(CallReport.decode(encoded)).isEqualTo(report);
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatIllegalArgumentException().isThrownBy(() -> CallReport.decode(cut));
    }
  }

  private void add(String caller, String callee, long atMs) {
    assertThat(graph.add(new Call(of(caller), of(callee)), atMs))
        .isNotEqualTo(CallGraph.Added.IGNORED);
  }

  private static TracedOperation of(String service) {
    return new TracedOperation(service, "work");
  }

  private static TracedOperation all(String service) {
    return new TracedOperation(service, "*");
  }
}
