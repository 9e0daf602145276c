package io.tracetide.client.context;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

  @Test
  void shouldReadAndWriteTheExampleOfTheSpecification() {
    TraceParent parent = TraceParent.parse(VALID).orElseThrow();

    assertThat(parent).isEqualTo(new TraceParent(TRACE, SPAN, 1));
    assertThat(parent.isSampled()).isTrue();
    assertThat(parent.header()).isEqualTo(VALID);
  }

  @Test
  void shouldNotPropagateUnknownFlags() {
    TraceParent parent = TraceParent.parse("00-" + TRACE + "-" + SPAN + "-fe").orElseThrow();

    assertThat(parent.isSampled()).isFalse();
    assertThat(parent.header()).endsWith("-02");
  }

  @ParameterizedTest
  @ValueSource(strings = {VALID + "-more", "01-" + TRACE + "-" + SPAN + "-01"})
  void shouldReadLaterVersions(String header) {
    String later = header.startsWith("00") ? "cc" + header.substring(2) : header;

    assertThat(TraceParent.parse(later)).contains(new TraceParent(TRACE, SPAN, 1));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "00",
        "nonsense",
        VALID + "-more",
        VALID + "0",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "0x-" + TRACE + "-" + SPAN + "-01",
        "01-" + TRACE + "-" + SPAN + "-01more",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-0x",
        "00_" + TRACE + "_" + SPAN + "_01",
        "00-4bf92f3577b34da6a3ce929d0e0e473\u0664-" + SPAN + "-01",
      })
  void shouldTakeAnythingElseForNoTrace(String header) {
    assertThat(TraceParent.parse(header)).isEmpty();
  }
}
