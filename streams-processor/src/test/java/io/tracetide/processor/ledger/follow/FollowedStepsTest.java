package io.tracetide.processor.ledger.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FollowedStepsTest {

  private static final LedgerConfig.Limits LIMITS =
      new LedgerConfig.Limits(8, 10, 10, 1_024, 65_536);

  private static TraceStep step(int at, TraceStep.Kind kind) {
    return new TraceStep(at, kind, "s", "o", "", "n", Map.of());
  }

  private static FollowedSteps of(List<TraceStep> steps) {
    FollowedSteps all = new FollowedSteps();
    steps.forEach(step -> all.add(step, LIMITS));
    return all;
  }

  @Property
  void shouldKeepTheSameStepsInWhateverOrderTheyCome(
      @ForAll @IntRange(max = 20) int understood,
      @ForAll @IntRange(max = 20) int others,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<TraceStep> steps = new ArrayList<>();
    for (int i = 0; i < understood; i++) {
      steps.add(step(100 * random.nextInt(1_000) + i, TraceStep.Kind.PLAN_EXECUTION));
    }
    for (int i = 0; i < others; i++) {
      steps.add(step(100 * random.nextInt(1_000) + i, TraceStep.Kind.EVENT));
    }
    List<TraceStep> shuffled = new ArrayList<>(steps);
    Collections.shuffle(shuffled, random);

    assertThat(of(shuffled).all()).isEqualTo(of(steps).all());
    assertThat(of(shuffled).dropped()).isEqualTo(of(steps).dropped());
  }

  @Test
  void shouldDropStepsThatAreNoWorkflowEventsFirst() {
    List<TraceStep> steps = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      steps.add(step(i, TraceStep.Kind.UPDATED));
    }
    steps.add(30, step(30, TraceStep.Kind.APPROVAL_WORKFLOW));
    steps.add(60, step(60, TraceStep.Kind.TRACE_MILESTONE));

    assertThat(of(steps).all())
        .extracting(TraceStep::atMicros)
        .containsExactly(0L, 30L, 60L, 95L, 96L, 97L, 98L, 99L);
    assertThat(of(steps).dropped()).isEqualTo(94);
  }

  @Test
  void shouldReadWhatItWrote() {
    FollowedSteps steps =
        of(List.of(step(1, TraceStep.Kind.STARTED), step(2, TraceStep.Kind.PLAN_EXECUTION)));
    FactWriter out = new FactWriter();
    steps.write(out);
    FollowedSteps read = new FollowedSteps();
    read.read(new FactReader(out.toByteArray()));

    assertThat(read.all()).isEqualTo(steps.all());
  }
}
