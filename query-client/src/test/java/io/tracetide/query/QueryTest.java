package io.tracetide.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryTest {

  @Test
  void shouldQuoteNamesAndEncodeThem() {
    assertThat(Query.ALL.services("a,b", "c*", "d e", "f\\g", "h\u0007", "ü&=").encoded())
        .isEqualTo(
            "services=a%5C%2Cb&services=c%5C%2A&services=d%20e&services=f%5C%5Cg"
                    .replace("%2A", "*")
                + "&services=h%5Cu0007&services=%C3%BC%26%3D");
  }

  @Test
  void shouldSendOtherTextsAsTheyAre() {
    assertThat(Query.ALL.with("service", "agent-*").with("new", "x y").encoded())
        .isEqualTo("service=agent-*&new=x%20y");
  }

  @Test
  void shouldHaveTheParametersOfTheApi() {
    Query query =
        Query.between(Instant.EPOCH, Instant.EPOCH.plusSeconds(1))
            .granularity(Duration.ofMinutes(1))
            .severity("high", "critical")
            .resolved(false)
            .quantiles(0.5, 0.999)
            .compareTo("24h")
            .topBy("errors");

    assertThat(query.encoded())
        .isEqualTo(
            "from=1970-01-01T00%3A00%3A00Z&to=1970-01-01T00%3A00%3A01Z&granularity=60s"
                + "&severity=high&severity=critical&resolved=false&quantiles=0.5&quantiles=0.999"
                + "&compareTo=24h&topBy=errors");
    assertThat(Query.last(Duration.ofMinutes(15)).encoded()).isEqualTo("timeRange=900s");
  }

  @Test
  void shouldHaveTheParametersOfTracesObjectivesAndTheAuditTrail() {
    assertThat(
            Query.ALL
                .tag("tier=gold*", "region=eu")
                .minDuration(Duration.ofMillis(250))
                .maxDuration(Duration.ofSeconds(2))
                .error(true)
                .cursor("c1")
                .encoded())
        .isEqualTo(
            "tag=tier%3Dgold*&tag=region%3Deu&minDuration=250ms&maxDuration=2000ms&error=true"
                + "&cursor=c1");
    assertThat(Query.ALL.where("pool=heap").objectives("a,b").encoded())
        .isEqualTo("where=pool%3Dheap&objectives=a%5C%2Cb");
    assertThat(
            Query.ALL
                .actor("sink")
                .action("alert.*")
                .subject("*checkout*")
                .detail("fingerprint=8c1f0a")
                .encoded())
        .isEqualTo("actor=sink&action=alert.*&subject=*checkout*&detail=fingerprint%3D8c1f0a");
    for (Duration length : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1))) {
      assertThatThrownBy(() -> Query.ALL.minDuration(length)).hasMessageContaining("milliseconds");
      assertThatThrownBy(() -> Query.ALL.maxDuration(length)).hasMessageContaining("milliseconds");
    }
  }

  @Test
  void shouldRejectDurationsThatTheApiCannotExpress() {
    for (Duration length :
        List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMillis(1_500))) {
      assertThatThrownBy(() -> Query.last(length)).hasMessageContaining("whole seconds");
      assertThatThrownBy(() -> Query.ALL.granularity(length)).hasMessageContaining("whole seconds");
      assertThatThrownBy(() -> Query.ALL.olderThan(length)).hasMessageContaining("whole seconds");
      assertThatThrownBy(() -> Query.ALL.compareTo(length)).hasMessageContaining("whole seconds");
    }
    assertThat(Query.ALL.compareTo(Duration.ofDays(1)).encoded()).isEqualTo("compareTo=86400s");
    assertThat(Query.ALL.compareToPrevious().encoded()).isEqualTo("compareTo=previous");
  }

  @Test
  void shouldStayTheSameWhenACopyIsMade() {
    Query query = Query.ALL.tenant("a");

    assertThat(query.limit(3).with("tenant").encoded()).isEqualTo("limit=3");
    assertThat(query.encoded()).isEqualTo("tenant=a");
    assertThat(query).isEqualTo(Query.ALL.tenant("a")).hasSameHashCodeAs(Query.ALL.tenant("a"));
  }
}
