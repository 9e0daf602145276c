package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A trace as it travels between instances. */
final class SnapshotCodec {
  private SnapshotCodec() {}

  static void write(TraceSnapshot trace, MessageWriter out) {
    out.text(trace.tenant());
    out.text(trace.traceId());
    out.text(trace.service());
    out.text(trace.operation());
    state(trace.state(), out);
    time(trace.startedAtMicros(), out);
    out.signed(trace.lastEventAtMicros());
    out.signed(trace.lastHeardMs());
    time(trace.durationMicros(), out);
    out.flag(trace.progressPercentage().isPresent());
    trace.progressPercentage().ifPresent(out::number);
    out.text(trace.currentOperation());
    out.unsigned(trace.openSpans());
    texts(trace.context(), out);
    texts(trace.tags(), out);
    texts(trace.metadata(), out);
    figures(trace.metrics(), out);
    figures(trace.resources(), out);
    out.unsigned(trace.steps().size());
    trace.steps().forEach(step -> step(step, out));
    out.unsigned(trace.stepsDropped());
  }

  static TraceSnapshot read(MessageReader in) {
    return new TraceSnapshot(
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        state(in),
        time(in),
        in.signed(),
        in.signed(),
        time(in),
        in.flag() ? OptionalDouble.of(in.number()) : OptionalDouble.empty(),
        in.text(),
        in.below(Integer.MAX_VALUE),
        texts(in),
        texts(in),
        texts(in),
        figures(in),
        figures(in),
        steps(in),
        in.below(Integer.MAX_VALUE));
  }

  private static void state(LifecycleState state, MessageWriter out) {
    out.text(state.label());
    if (state instanceof LifecycleState.Stuck stuck) {
      out.signed(stuck.sinceMs());
      out.signed(stuck.boundMs());
    } else if (state instanceof LifecycleState.Abandoned abandoned) {
      out.signed(abandoned.sinceMs());
    } else if (state instanceof LifecycleState.Completed completed) {
      out.signed(completed.endedAtMicros());
    } else if (state instanceof LifecycleState.Failed failed) {
      out.signed(failed.endedAtMicros());
      out.text(failed.errorType());
      out.text(failed.errorMessage());
    } else if (state instanceof LifecycleState.Cancelled cancelled) {
      out.signed(cancelled.endedAtMicros());
    }
  }

  private static LifecycleState state(MessageReader in) {
    String label = in.text();
    return switch (label) {
      case "running" -> new LifecycleState.Running();
      case "stuck" -> new LifecycleState.Stuck(in.signed(), in.signed());
      case "abandoned" -> new LifecycleState.Abandoned(in.signed());
      case "completed" -> new LifecycleState.Completed(in.signed());
      case "failed" -> new LifecycleState.Failed(in.signed(), in.text(), in.text());
      case "cancelled" -> new LifecycleState.Cancelled(in.signed());
      default -> throw MalformedMessageException.otherFormat("a trace is in a state unknown here");
    };
  }

  private static void step(TraceStep step, MessageWriter out) {
    out.signed(step.atMicros());
    out.text(step.kind().name());
    out.text(step.service());
    out.text(step.operation());
    out.text(step.spanId());
    out.text(step.name());
    texts(step.attributes(), out);
  }

  private static List<TraceStep> steps(MessageReader in) {
    int count = in.count();
    List<TraceStep> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(
          new TraceStep(
              in.signed(), kind(in), in.text(), in.text(), in.text(), in.text(), texts(in)));
    }
    return steps;
  }

  private static TraceStep.Kind kind(MessageReader in) {
    String name = in.text();
    return Arrays.stream(TraceStep.Kind.values())
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> MalformedMessageException.otherFormat("a step is of a kind unknown here"));
  }

  private static void time(OptionalLong micros, MessageWriter out) {
    out.flag(micros.isPresent());
    micros.ifPresent(out::signed);
  }

  private static OptionalLong time(MessageReader in) {
    return in.flag() ? OptionalLong.of(in.signed()) : OptionalLong.empty();
  }

  private static void texts(Map<String, String> texts, MessageWriter out) {
    out.unsigned(texts.size());
    texts.forEach(
        (name, value) -> {
          out.text(name);
          out.text(value);
        });
  }

  private static Map<String, String> texts(MessageReader in) {
    int count = in.count();
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < count; i++) {
      texts.put(in.text(), in.text());
    }
    return texts;
  }

  private static void figures(Map<String, Double> figures, MessageWriter out) {
    out.unsigned(figures.size());
    figures.forEach(
        (name, value) -> {
          out.text(name);
          out.number(value);
        });
  }

  private static Map<String, Double> figures(MessageReader in) {
    int count = in.count();
    Map<String, Double> figures = new HashMap<>();
    for (int i = 0; i < count; i++) {
      figures.put(in.text(), in.number());
    }
    return figures;
  }
}
