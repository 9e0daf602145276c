package io.tracetide.alert.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupByTest {

  private static final Map<String, String> ALERT =
      Map.of("tenant", "acme", "service", "shop", "severity", "high");

  @Test
  void shouldTakeTheFirstLabelThatAnAlertHas() {
    GroupBy groupBy = GroupBy.of("tenant", "incident|service");

    assertThat(groupBy.groupLabels(ALERT))
        .containsExactlyInAnyOrderEntriesOf(Map.of("tenant", "acme", "service", "shop"));
    assertThat(groupBy.groupLabels(Map.of("incident", "7", "service", "shop")))
        .containsExactlyInAnyOrderEntriesOf(Map.of("incident", "7"));
    assertThat(groupBy.groupLabels(Map.of("job", "node"))).isEmpty();
  }

  @Test
  void shouldTakeAllLabelsOrNone() {
    assertThat(GroupBy.ALL.groupLabels(ALERT)).containsExactlyInAnyOrderEntriesOf(ALERT);
    assertThat(GroupBy.of().groupLabels(ALERT)).isEmpty();
  }
}
