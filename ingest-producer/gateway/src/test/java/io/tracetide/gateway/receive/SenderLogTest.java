package io.tracetide.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.gateway.record.CapturedBatch;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.Truncation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SenderLogTest {

  private final List<String> lines = new ArrayList<>();
  private long nanos = Long.MIN_VALUE + 1;
  private final SenderLog log = new SenderLog(() -> nanos, lines::add);

  @Test
  void shouldLogEachCauseOnceAMinuteWithTheServiceAndHowOftenItCame() {
    log.refused("otlp_metrics_json", refusals(1_000, RefusalReason.INVALID_FIELD, "shop"));
    log.refused("otlp_metrics_json", refusals(500, RefusalReason.UNSUPPORTED_METRIC, "mail"));
    nanos += Duration.ofSeconds(59).toNanos();
    log.refused("otlp_metrics_json", refusals(3, RefusalReason.INVALID_FIELD, "shop"));
    nanos += Duration.ofSeconds(1).toNanos();
    log.refused("otlp_metrics_json", refusals(1, RefusalReason.INVALID_FIELD, ""));

    assertThat(lines)
        .containsExactly(
            "records refused endpoint=otlp_metrics_json reason=invalid_field service=shop"
                + " records=1 detail=\"why\"",
            "records refused endpoint=otlp_metrics_json reason=unsupported_metric service=mail"
                + " records=1 detail=\"why\"",
            "records refused endpoint=otlp_metrics_json reason=invalid_field service=unknown"
                + " records=1003 detail=\"why\"");
  }

  @Test
  void shouldLogWhatWasChangedInTheSameWay() {
    CapturedBatch request = CapturedBatch.withDefaults();
    request.batch().sender("shop");
    request.batch().truncations().count(Truncation.BUCKETS_MERGED, 4);

    log.truncated("otlp_metrics_grpc", request.batch().truncations());
    log.truncated("otlp_metrics_grpc", request.batch().truncations());
    nanos += Duration.ofMinutes(1).toNanos();
    log.truncated("otlp_metrics_grpc", request.batch().truncations());

    assertThat(lines)
        .containsExactly(
            "records changed endpoint=otlp_metrics_grpc kind=buckets_merged service=shop times=4",
            "records changed endpoint=otlp_metrics_grpc kind=buckets_merged service=shop times=8");
  }

  private static List<Refusal> refusals(int count, RefusalReason reason, String service) {
    return Collections.nCopies(count, new Refusal(0, reason, "why", service));
  }
}
