package io.tracetide.standalone.check.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.standalone.check.alert.DeliveryAudit.Guarantee;
import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.Post.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeliveryAuditTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private final List<Post> posts = new ArrayList<>();

  @Test
  void shouldAcceptTheLifeOfAGroup() {
    post("k1", 1, "a b");
    post("k2", 2, "a b c");
    post("k2", 2, "c b a");
    post("k3", 3, "b c !a");
    post("k4", 4, "!b !c");
    post("k9", 900, "a2");
    post("k10", 901, "!a2");

    assertViolated();
    assertThat(DeliveryAudit.of(posts).extras()).containsEntry("ops", 1);
    assertThat(DeliveryAudit.of(posts).properties(0))
        .filteredOn(property -> !property.holds())
        .extracting(Property::name)
        .containsExactly("extra deliveries");
    assertThat(DeliveryAudit.of(posts).properties(1)).allMatch(Property::holds);
  }

  @Test
  void shouldFindAnotherContentUnderTheSameKey() {
    post("k1", 1, "a");
    post("k1", 1, "a b");

    assertViolated(Guarantee.SAME_KEY);
  }

  @Test
  void shouldFindAnOlderStateAfterANewerOne() {
    post("k1", 1, "a");
    post("k2", 2, "a b");
    post("k1", 1, "a");

    assertViolated(Guarantee.ORDER);
    posts.remove(2);
    post("k0", 0, "a b c");
    assertViolated(Guarantee.ORDER);
  }

  @Test
  void shouldFindAMissingNotification() {
    post("k1", 1, "a");
    post("k3", 3, "a c");

    assertViolated(Guarantee.NO_GAP);
  }

  @Test
  void shouldFindAFiringAlertAfterItsResolution() {
    post("k1", 1, "a b");
    post("k2", 2, "b !a");
    post("k3", 3, "b a");

    assertViolated(Guarantee.RESOLVED_LAST);
  }

  @Test
  void shouldFindARepeatedFiringAfterItsResolution() {
    post("k1", 1, "a");
    post("k2", 2, "!a");
    post("k1", 1, "a");

    assertViolated(Guarantee.RESOLVED_LAST, Guarantee.ORDER);
  }

  @Test
  void shouldFindAPartOfAGroup() {
    post("k1", 1, "a b");
    post("k2", 2, "b c");

    assertViolated(Guarantee.WHOLE_GROUP);
  }

  @Test
  void shouldFindASplitBegin() {
    post("k1", 1, "a");
    post("k2", 2, "a b");
    assertViolated();

    DeliveryAudit audit = DeliveryAudit.of(posts);
    audit.requireTogether("ops", posts, List.of(Set.of(episode("a"), episode("b"))));
    assertThat(audit.violations(Guarantee.WHOLE_GROUP)).hasSize(1);
    audit = DeliveryAudit.of(posts);
    audit.requireTogether("ops", posts, List.of(Set.of(episode("a")), Set.of(episode("b"))));
    assertThat(audit.violations(Guarantee.WHOLE_GROUP)).isEmpty();
  }

  @Test
  void shouldFindANotificationWithoutAChange() {
    post("k1", 1, "a b");
    post("k2", 2, "a b");
    assertViolated(Guarantee.NEWS);

    posts.remove(1);
    post("k2", 2, "!a !b");
    post("k3", 3, "!a");
    assertViolated(Guarantee.NEWS);
  }

  private void post(String key, long sequence, String alerts) {
    List<State> states = new ArrayList<>();
    for (String alert : alerts.split(" ", -1)) {
      boolean firing = !alert.startsWith("!");
      states.add(new State(episode(firing ? alert : alert.substring(1)), firing));
    }
    boolean fires = states.stream().anyMatch(State::firing);
    posts.add(
        new Post("ops", START.plusSeconds(posts.size()), key, "group", sequence, fires, states, 0));
  }

  private static Episode episode(String name) {
    return new Episode(name, START);
  }

  private void assertViolated(Guarantee... expected) {
    DeliveryAudit audit = DeliveryAudit.of(posts);
    EnumSet<Guarantee> violated = EnumSet.noneOf(Guarantee.class);
    for (Guarantee guarantee : Guarantee.values()) {
      if (!audit.violations(guarantee).isEmpty()) {
        violated.add(guarantee);
      }
    }
    assertThat(violated).containsExactlyInAnyOrder(expected);
  }
}
