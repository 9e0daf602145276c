package io.tracetide.processor.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.schemas.Exemplars;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleBatchTest {

  private static final SampleBatch BATCH =
      new SampleBatch(
          "acme",
          5,
          -3,
          SampleBatch.Kind.REVISED,
          List.of(
              new SeriesSample(
                  "cart",
                  "GET /ümlaut",
                  3,
                  new WindowSample(70, 140.5, 2, 1, 2.5, 1e7, 2e7, 9.25),
                  new Exemplars("slow", null, "typical")),
              new SeriesSample(
                  "cart",
                  "without durations",
                  0,
                  new WindowSample(1, 1, 1, 0, 0, 0, 0, Double.NaN),
                  new Exemplars(null, null, null))));

  @Test
  void shouldReadWhatItWrote() {
    assertThat(SampleBatch.decode(BATCH.encode())).isEqualTo(BATCH);
  }

  @Test
  void shouldRefuseBytesThatAreNoBatch() {
    byte[] bytes = BATCH.encode();
    byte[] other = bytes.clone();
    other[0] = 9;

    assertThatThrownBy(() -> SampleBatch.decode(other))
        .hasMessageContaining("format of samples: 9");
    for (int length = 1; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> SampleBatch.decode(cut))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
