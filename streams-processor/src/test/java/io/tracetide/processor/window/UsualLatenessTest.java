package io.tracetide.processor.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsualLatenessTest implements UsualLateness.Store {

  private static final SeriesId SHOP = SeriesId.ofOperation("acme", "shop", "*");
  private static final long NOW = 1_700_000_000_000L;

  private final Map<SeriesId, UsualLateness.Late> kept = new HashMap<>();
  private final UsualLateness lateness = new UsualLateness(12, this);

  @Test
  void shouldKnowHowLateAServiceIs() {
    lateness.observe(SHOP, 3, 1, NOW);
    lateness.observe(SHOP, 2, 1, NOW);

    assertThat(lateness.of(SeriesId.ofOperation("acme", "shop", "GET /"))).isEqualTo(3);
    assertThat(lateness.of(SeriesId.ofMetric("acme", "shop", "queue"))).isEqualTo(3);
    assertThat(lateness.of(SeriesId.ofOperation("acme", "other", "*"))).isZero();
  }

  @Test
  void shouldNotTakeStragglersForTheHabitOfAService() {
    lateness.observe(SHOP, 9, 0.001, NOW);

    assertThat(lateness.of(SHOP)).isZero();
    assertThat(kept).isEmpty();
  }

  @Test
  void shouldWaitForNoLongerThanAllowed() {
    lateness.observe(SHOP, 40, 1, NOW);

    assertThat(lateness.of(SHOP)).isEqualTo(12);
  }

  @Test
  void shouldForgetLatenessThatDoesNotReturn() {
    lateness.observe(SHOP, 3, 1, NOW);
    long later = NOW + Duration.ofMinutes(10).toMillis();

    lateness.passed(later - 1);
    assertThat(lateness.of(SHOP)).isEqualTo(3);
    lateness.passed(later);
    assertThat(lateness.of(SHOP)).isEqualTo(1);
    lateness.passed(later + Duration.ofMinutes(10).toMillis());
    assertThat(lateness.of(SHOP)).isZero();
    assertThat(kept).isEmpty();
  }

  @Test
  void shouldKnowTheSameAfterARestart() {
    lateness.observe(SHOP, 4, 1, NOW);

    UsualLateness restarted = new UsualLateness(12, this);
    kept.forEach(restarted::restore);

    assertThat(restarted.of(SHOP)).isEqualTo(4);
  }

  @Override
  public void put(SeriesId service, UsualLateness.Late late) {
    kept.put(service, late);
  }

  @Override
  public void delete(SeriesId service) {
    kept.remove(service);
  }
}
