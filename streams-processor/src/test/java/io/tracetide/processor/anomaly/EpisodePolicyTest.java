package io.tracetide.processor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.anomaly.stored.EpisodeCodec;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EpisodePolicyTest {

  private static final EpisodePolicy TWO_OF_THREE = new EpisodePolicy(2, 3, 3, 6, 0, 1);

  @Test
  void shouldOpenOnlyWhenTwoOfThreeWindowsAreBeyondTheLimit() {
    assertThat(changes(TWO_OF_THREE, "x..x..x")).isEmpty();
    assertThat(changes(TWO_OF_THREE, "x.x")).containsExactly("Opened 0 at 3");
    assertThat(changes(TWO_OF_THREE, ".xx")).containsExactly("Opened 0 at 3");
  }

  @Test
  void shouldResolveOnlyAfterThreeQuietWindowsInARow() {
    assertThat(changes(TWO_OF_THREE, "xx..x..x"))
        .containsExactly("Opened 0 at 2", "Updated 1 at 8");
    assertThat(changes(TWO_OF_THREE, "xx...xx"))
        .containsExactly("Opened 0 at 2", "Resolved 1 at 5", "Opened 0 at 7");
  }

  @Test
  void shouldReportAgainWhenSeverityRisesAndNotWhenItFalls() {
    Episode open = opened(evidence(Severity.MEDIUM));

    EpisodeStep risen = TWO_OF_THREE.step(open, evidence(Severity.HIGH), 2);
    EpisodeStep fallen = TWO_OF_THREE.step(risen.next(), evidence(Severity.LOW), 3);

    assertThat(risen.change())
        .isInstanceOfSatisfying(
            Change.Updated.class,
            updated -> assertThat(updated.episode().severity()).isEqualTo(Severity.HIGH));
    assertThat(fallen.change()).isEqualTo(Change.NONE);
    assertThat(((Episode.Open) fallen.next()).severity()).isEqualTo(Severity.HIGH);
  }

  @Test
  void shouldRememberTheWindowOfGreatestExcess() {
    Episode open = opened(excess(2, 400));
    open = TWO_OF_THREE.step(open, excess(3, 500), 2).next();
    open = TWO_OF_THREE.step(open, excess(1, 300), 3).next();

    assertThat(((Episode.Open) open).height().value()).isEqualTo(500);
  }

  @Property
  void shouldGiveEveryOpenedEpisodeExactlyOneEnd(
      @ForAll("policies") EpisodePolicy policy, @ForAll("windows") List<Evidence> windows) {
    List<EpisodeStep> steps = run(policy, Episode.QUIET, windows, List.of());
    steps.add(EpisodePolicy.abandon(steps.get(steps.size() - 1).next(), windows.size() + 1));

    boolean open = false;
    int revision = -1;
    for (EpisodeStep step : steps) {
      if (step.change() instanceof Change.Opened opened) {
        assertThat(open).isFalse();
        assertThat(opened.episode().revision()).isZero();
        open = true;
        revision = 0;
      } else if (step.change() instanceof Change.Reported reported) {
        assertThat(open).isTrue();
        assertThat(reported.episode().revision()).isEqualTo(++revision);
        open = reported instanceof Change.Updated;
      }
    }
    assertThat(open).isFalse();
  }

  @Property
  void shouldGiveTheSameChangesAfterARestartAtAnyWindow(
      @ForAll("policies") EpisodePolicy policy,
      @ForAll("windows") List<Evidence> windows,
      @ForAll @Size(max = 5) List<Integer> crashes) {
    List<Integer> at = crashes.stream().map(c -> Math.floorMod(c, windows.size())).toList();

    assertThat(run(policy, Episode.QUIET, windows, at))
        .isEqualTo(run(policy, Episode.QUIET, windows, List.of()));
  }

  @Provide
  Arbitrary<EpisodePolicy> policies() {
    return Arbitraries.integers()
        .between(1, 5)
        .flatMap(
            of ->
                Combinators.combine(
                        Arbitraries.integers().between(1, of),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 8))
                    .as(
                        (breaches, quiet, every) ->
                            new EpisodePolicy(breaches, of, quiet, every, 0, 1)));
  }

  @Provide
  Arbitrary<List<Evidence>> windows() {
    Arbitrary<Evidence> breach =
        Combinators.combine(
                Arbitraries.of(AnomalyKind.LATENCY, AnomalyKind.ERROR_RATE),
                Arbitraries.of(Severity.class),
                Arbitraries.doubles().between(0, 1),
                Arbitraries.doubles().between(0, 1_000))
            .as(
                (kind, severity, size, v) ->
                    Evidence.breach(kind, severity, size, size, v, Snapshot.NONE));
    return Arbitraries.oneOf(breach, Arbitraries.just(Evidence.CALM))
        .list()
        .ofMinSize(1)
        .ofMaxSize(200);
  }

  /** Steps through the windows; at each crash only what was stored is left. */
  private static List<EpisodeStep> run(
      EpisodePolicy policy, Episode from, List<Evidence> windows, List<Integer> crashes) {
    List<EpisodeStep> steps = new ArrayList<>();
    Episode episode = from;
    for (int i = 0; i < windows.size(); i++) {
      if (crashes.contains(i)) {
        episode = readBack(episode);
      }
      EpisodeStep step = policy.step(episode, windows.get(i), i + 1);
      steps.add(step);
      episode = step.next();
    }
    return steps;
  }

  private static Episode readBack(Episode episode) {
    if (episode instanceof Episode.Open open) {
      return EpisodeCodec.decode(EpisodeCodec.encode(open));
    }
    return episode instanceof Episode.Pending pending
        ? EpisodeCodec.decode(EpisodeCodec.encode(pending))
        : Episode.QUIET;
  }

  private static List<String> changes(EpisodePolicy policy, String windows) {
    List<Evidence> evidence =
        windows.chars().mapToObj(c -> c == 'x' ? evidence(Severity.LOW) : Evidence.CALM).toList();
    List<EpisodeStep> steps = run(policy, Episode.QUIET, evidence, List.of());
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).change() instanceof Change.Reported reported) {
        changes.add(
            "%s %d at %d"
                .formatted(
                    reported.getClass().getSimpleName(), reported.episode().revision(), i + 1));
      }
    }
    return changes;
  }

  /** Open after a window before, which is of the least excess, and this one. */
  private static Episode opened(Evidence evidence) {
    Episode before = TWO_OF_THREE.step(Episode.QUIET, excess(0, 1), 0).next();
    return TWO_OF_THREE.step(before, evidence, 1).next();
  }

  private static Evidence evidence(Severity severity) {
    return Evidence.breach(AnomalyKind.LATENCY, severity, 0.9, 1, 100, Snapshot.NONE);
  }

  private static Evidence excess(double excess, double value) {
    return Evidence.breach(AnomalyKind.LATENCY, Severity.LOW, 0.9, excess, value, Snapshot.NONE);
  }
}
