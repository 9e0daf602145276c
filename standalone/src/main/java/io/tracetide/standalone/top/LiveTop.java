package io.tracetide.standalone.top;

import io.tracetide.query.LiveListener;
import io.tracetide.query.LiveState;
import io.tracetide.query.LiveSubscription;
import io.tracetide.query.Query;
import io.tracetide.query.QueryException;
import io.tracetide.query.SubscriptionUpdate;
import io.tracetide.query.TracetideQueries;
import io.tracetide.query.answer.FleetDashboard;
import io.tracetide.query.answer.MetricsChange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows the services of a processor and follows them: a live query reports that windows have
 * changed, and the table is then queried again, at most once in an interval. Without reports it is
 * queried every ten seconds. While the processor does not answer, the last table stays, with the
 * reason.
 */
public final class LiveTop {
  private static final Duration WITHOUT_REPORTS = Duration.ofSeconds(10);
  private static final Duration KEYS = Duration.ofMillis(100);

  private final TracetideQueries queries;
  private final Query query;
  private final TopScreen screen;
  private final Clock clock;
  private final Duration interval;
  private final Semaphore reports = new Semaphore(0);
  private volatile String connection = "";
  private volatile @Nullable QueryException ended;
  private @Nullable FleetDashboard dashboard;
  private Instant answeredAt = Instant.EPOCH;
  private String unanswered = "";

  /**
   * A view.
   *
   * @param query range and tenant
   * @param address of the processor, for people
   * @param interval least time between two queries
   */
  public LiveTop(
      TracetideQueries queries,
      Query query,
      TopTable table,
      String address,
      Clock clock,
      ZoneId zone,
      Duration interval) {
    this.queries = queries;
    this.query = query;
    this.screen = new TopScreen(table, address, zone);
    this.clock = clock;
    this.interval = interval;
  }

  /**
   * Shows the table once.
   *
   * @throws QueryException when the processor does not answer
   */
  public void once(TopOutput output) {
    dashboard = queries.dashboard(query);
    answeredAt = clock.instant();
    output.show(screen.lines(dashboard, answeredAt, "", output.columns(), output.rows()));
  }

  /**
   * Shows the table until the user ends it.
   *
   * @throws QueryException when the processor refuses the query for good
   */
  public void run(TopOutput output) throws InterruptedException {
    Query changes =
        query
            .with("timeRange", "10s")
            .with("operations", "*"); // One series for each service is enough.
    LiveSubscription live = queries.liveMetrics(changes, new Reports());
    try {
      while (!output.isOver()) {
        ask();
        show(output);
        awaitReport(output);
      }
    } finally {
      live.close();
    }
  }

  private void ask() {
    try {
      dashboard = queries.dashboard(query);
      answeredAt = clock.instant();
      unanswered = "";
    } catch (QueryException e) {
      if (!e.isTemporary()) {
        throw e;
      }
      unanswered = String.valueOf(e.getMessage());
    }
  }

  private void show(TopOutput output) {
    String trouble = unanswered.isEmpty() ? connection : unanswered;
    output.show(
        screen.lines(
            dashboard,
            answeredAt,
            trouble.isEmpty() ? "" : "reconnecting: " + trouble,
            output.columns(),
            output.rows()));
  }

  /** Waits for a report, but at least for the interval, and looks for keys meanwhile. */
  private void awaitReport(TopOutput output) throws InterruptedException {
    long begun = System.nanoTime();
    boolean reported = false;
    while (!output.isOver()) {
      QueryException failure = ended;
      if (failure != null) {
        throw failure;
      }
      reported |= reports.tryAcquire(KEYS.toMillis(), TimeUnit.MILLISECONDS);
      long waited = System.nanoTime() - begun;
      if ((reported && waited >= interval.toNanos()) || waited >= WITHOUT_REPORTS.toNanos()) {
        reports.drainPermits();
        return;
      }
    }
  }

  /** Receives the changes, whose content is in the answer of the query that follows. */
  private final class Reports implements LiveListener<MetricsChange> {
    @Override
    public void onUpdate(SubscriptionUpdate<MetricsChange> update) {
      reports.release();
    }

    @Override
    public void onState(LiveState state, @Nullable QueryException why) {
      connection =
          state == LiveState.RECONNECTING && why != null ? String.valueOf(why.getMessage()) : "";
      if (state == LiveState.ENDED && why != null) {
        ended = why;
      }
      reports.release();
    }
  }
}
