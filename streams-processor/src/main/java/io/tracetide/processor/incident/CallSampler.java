package io.tracetide.processor.incident;

import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.event.TraceView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the calls in the finished spans of one partition, from samples of the traces.
 *
 * <p>Spans are kept in memory for 5 to 10 seconds, so parents and children are found in any order
 * within that time. What is lost at a restart is found in the next traces.
 */
public final class CallSampler {

  /** Time after which kept spans are matched with their parents, in milliseconds. */
  static final long ROTATE_MS = 5_000;

  /** Maximum of spans that are kept in that time; beyond, fewer traces are sampled. */
  static final int MOST_SPANS = 5_000;

  /** Time after which a known call is reported again, in milliseconds. */
  static final long REPEAT_MS = 600_000;

  private static final int MOST_NAMES = 10_000;
  private static final int MOST_REPORTED = 50_000;

  private final boolean templating;
  private final Consumer<CallReport> output;

  /** Operations by {@link TraceView#operationHash}. */
  private final Map<Long, Named> names = new HashMap<>();

  /** When each call was reported. */
  private final Map<Seen, Long> reported = new HashMap<>();

  private Generation current = new Generation();
  private Generation before = new Generation();

  /** Traces are sampled whose hash has none of these bits. */
  private long mask;

  /** Spans of sampled traces in this period. */
  private long offered;

  private long rotatedMs = Long.MIN_VALUE;

  private record Named(String tenant, TracedOperation operation) {}

  private record Seen(String tenant, Call call) {}

  /** A span that waits for its parent. */
  private record Child(long parent, Named of) {}

  /** The sides of a span: client and server may report one span under the same id (Zipkin). */
  private record Sides(Named first, @Nullable Named server) {

    /** The side that children of a span belong to. */
    Named parentOf(Named child) {
      Named other = server;
      return other == null || first.operation().service().equals(child.operation().service())
          ? first
          : other;
    }
  }

  private static final class Generation {
    final Map<Long, Sides> spans = new HashMap<>();
    final List<Child> children = new ArrayList<>();
    final Set<Seen> shared = new LinkedHashSet<>();
  }

  /**
   * Starts without spans.
   *
   * @param templating whether operations have the templates of their names
   * @param output receives calls that are new, or were last reported some time ago
   */
  public CallSampler(boolean templating, Consumer<CallReport> output) {
    this.templating = templating;
    this.output = output;
  }

  /** Notes a span, if it is finished and its trace is sampled. */
  public void observe(TraceView event) {
    if (!event.isCompleted() || !event.hasSpanId() || (event.traceHash() & mask) != 0) {
      return;
    }
    offered++;
    if (current.spans.size() >= MOST_SPANS) {
      return;
    }
    Named name = name(event);
    Sides known = current.spans.get(event.spanKey());
    if (known == null) {
      current.spans.put(event.spanKey(), new Sides(name, null));
    } else if (!known.first().equals(name)) {
      addSide(event, known, name);
    }
    if (event.hasParentSpanId()) {
      current.children.add(new Child(event.parentKey(), name));
    }
  }

  private void addSide(TraceView event, Sides known, Named name) {
    Named client = event.isServer() ? known.first() : name;
    Named server = event.isServer() ? name : known.first();
    if (known.server() == null && client.tenant().equals(server.tenant())) {
      current.spans.put(event.spanKey(), new Sides(client, server));
      current.shared.add(
          new Seen(client.tenant(), new Call(client.operation(), server.operation())));
    }
  }

  private Named name(TraceView event) {
    Named known = names.get(event.operationHash());
    if (known == null) {
      String operation = event.operation();
      known =
          new Named(
              event.tenant(),
              new TracedOperation(
                  event.service(), templating ? OperationTemplate.of(operation) : operation));
      if (names.size() >= MOST_NAMES) {
        names.clear();
      }
      names.put(event.operationHash(), known);
    }
    return known;
  }

  /**
   * Matches spans with their parents when it is time to, and reports the calls.
   *
   * @param nowMs the wall clock
   */
  public void advance(long nowMs) {
    if (rotatedMs == Long.MIN_VALUE) {
      rotatedMs = nowMs;
    }
    if (nowMs - rotatedMs < ROTATE_MS) {
      return;
    }
    rotatedMs = nowMs;
    Set<Seen> calls = new LinkedHashSet<>(current.shared);
    match(before.children, calls);
    current.children.removeAll(match(current.children, calls));
    adaptSampling();
    before = current;
    current = new Generation();
    report(calls, nowMs);
  }

  /** Samples as many traces as fit, by the spans of the last period. */
  private void adaptSampling() {
    if (offered < MOST_SPANS / 4) {
      mask >>>= 1;
    }
    for (long rest = offered; rest > MOST_SPANS; rest /= 2) {
      mask = mask << 1 | 1;
    }
    offered = 0;
  }

  /** Adds the calls of the children whose parents are known, and returns those children. */
  private Set<Child> match(List<Child> children, Set<Seen> calls) {
    Set<Child> matched = new HashSet<>();
    for (Child child : children) {
      Sides sides = current.spans.getOrDefault(child.parent(), before.spans.get(child.parent()));
      if (sides != null) {
        Named parent = sides.parentOf(child.of());
        matched.add(child);
        if (!parent.equals(child.of()) && parent.tenant().equals(child.of().tenant())) {
          calls.add(
              new Seen(parent.tenant(), new Call(parent.operation(), child.of().operation())));
        }
      }
    }
    return matched;
  }

  private void report(Set<Seen> calls, long nowMs) {
    Map<String, List<Call>> news = new TreeMap<>();
    for (Seen seen : calls) {
      Long last = reported.get(seen);
      if (last == null || nowMs - last >= REPEAT_MS) {
        if (reported.size() >= MOST_REPORTED) {
          reported.clear();
        }
        reported.put(seen, nowMs);
        news.computeIfAbsent(seen.tenant(), tenant -> new ArrayList<>()).add(seen.call());
      }
    }
    news.forEach((tenant, found) -> output.accept(new CallReport(tenant, found)));
  }
}
