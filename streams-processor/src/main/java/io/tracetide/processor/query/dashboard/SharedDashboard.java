package io.tracetide.processor.query.dashboard;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.ComparedTo;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.window.ServicesQuery;
import io.tracetide.processor.query.window.Top;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The overview for many callers. Everyone who looks at a fleet sends the same query every few
 * seconds, so callers share one answer for at most a second. While it is requested, it is read
 * again in the background, so that callers do not wait.
 *
 * <p>Only answers for ranges that end now are shared. Their range ends when they were read.
 */
public final class SharedDashboard {
  private static final long SHARED_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long READ_AGAIN_NANOS = SHARED_NANOS / 2;

  /** Answers of a large fleet have megabytes. */
  private static final int MOST_SHARED = 32;

  private final Dashboard dashboard;
  private final Supplier<Instant> clock;
  private final Executor executor;
  private final Map<Key, Shared> answers = new ConcurrentHashMap<>();

  /** What is the same in queries of different times. */
  private record Key(
      Duration length, Scope scope, Optional<ComparedTo> comparedTo, Optional<Top> top) {

    static Key of(DashboardQuery query) {
      return new Key(
          query.services().range().length(),
          query.services().scope(),
          query.comparedTo(),
          query.top());
    }

    DashboardQuery at(Instant now) {
      return new DashboardQuery(
          new ServicesQuery(TimeRange.last(length, now), scope), comparedTo, top);
    }
  }

  private record Timed(DashboardAnswer answer, long atNanos) {
    long age() {
      return System.nanoTime() - atNanos;
    }
  }

  /**
   * Shares the answers of a dashboard.
   *
   * @param clock time of queries
   * @param executor reads answers again
   */
  public SharedDashboard(Dashboard dashboard, Supplier<Instant> clock, Executor executor) {
    this.dashboard = dashboard;
    this.clock = clock;
    this.executor = executor;
  }

  public DashboardAnswer answer(DashboardQuery query, Instant now, CancellationCheck cancellation) {
    if (!query.services().range().to().equals(now)) {
      return dashboard.answer(query, now, cancellation);
    }
    Key key = Key.of(query);
    @Nullable Shared shared = answers.get(key);
    if (shared == null) {
      answers.values().removeIf(Shared::isOld);
      if (answers.size() >= MOST_SHARED) {
        return dashboard.answer(query, now, cancellation);
      }
      shared = answers.computeIfAbsent(key, Shared::new);
    }
    return shared.answer(cancellation);
  }

  private final class Shared {
    private final Key key;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile @Nullable Timed last;

    Shared(Key key) {
      this.key = key;
    }

    DashboardAnswer answer(CancellationCheck cancellation) {
      @Nullable Timed known = last;
      if (known == null || known.age() > SHARED_NANOS) {
        return readOnce(cancellation);
      }
      if (known.age() > READ_AGAIN_NANOS && reading.compareAndSet(false, true)) {
        executor.execute(this::readAgain);
      }
      return known.answer();
    }

    private synchronized DashboardAnswer readOnce(CancellationCheck cancellation) {
      @Nullable Timed known = last;
      return known == null || known.age() > SHARED_NANOS ? read(cancellation) : known.answer();
    }

    private void readAgain() {
      try {
        read(CancellationCheck.endless());
      } catch (RuntimeException e) {
        // A caller reads when the answer is too old, and gets the error.
      } finally {
        reading.set(false);
      }
    }

    private DashboardAnswer read(CancellationCheck cancellation) {
      Instant now = clock.get();
      long atNanos = System.nanoTime();
      DashboardAnswer answer = dashboard.answer(key.at(now), now, cancellation);
      last = new Timed(answer, atNanos);
      return answer;
    }

    boolean isOld() {
      @Nullable Timed known = last;
      return known != null && known.age() > SHARED_NANOS;
    }
  }
}
