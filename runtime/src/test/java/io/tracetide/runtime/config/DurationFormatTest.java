package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationFormatTest {
  @ParameterizedTest
  @CsvSource({
    "10s, PT10S, 10s",
    "250ms, PT0.25S, 250ms",
    "2h, PT2H, 2h",
    "30d, PT720H, 30d",
    "1h30m, PT1H30M, 90m",
    "90s, PT1M30S, 90s",
    "120s, PT2M, 2m",
    "15us, PT0.000015S, 15us",
    "7ns, PT0.000000007S, 7ns",
    "PT1M, PT1M, 1m",
    "pt0.5s, PT0.5S, 500ms",
    "P1D, PT24H, 1d",
    "0, PT0S, 0s",
    "0ms, PT0S, 0s",
    "' 5M ', PT5M, 5m",
    "-PT1S, PT-1S, PT-1S",
  })
  void shouldReadAndPrint(String text, Duration duration, String printed) {
    assertThat(DurationFormat.parse(text)).contains(duration);
    assertThat(DurationFormat.print(duration)).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10", "s", "10 s", "-10s", "1.5h", "10sec", "1w", "PT", "999999999999999999d"})
  void shouldRefuseATextThatIsNoDuration(String text) {
    assertThat(DurationFormat.parse(text)).isEmpty();
  }

  @Property
  void shouldReadWhatItPrints(@ForAll int seconds, @ForAll @IntRange(max = 999_999_999) int nanos) {
    Duration duration = Duration.ofSeconds(seconds, nanos);

    assertThat(DurationFormat.parse(DurationFormat.print(duration))).contains(duration);
  }
}
