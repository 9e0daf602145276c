package io.tracetide.standalone.pipeline;

import static io.tracetide.standalone.pipeline.FleetFixture.count;
import static io.tracetide.standalone.pipeline.FleetFixture.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.query.LiveListener;
import io.tracetide.query.LiveState;
import io.tracetide.query.LiveSubscription;
import io.tracetide.query.Query;
import io.tracetide.query.QueryException;
import io.tracetide.query.SubscriptionUpdate;
import io.tracetide.query.TracetideQueries;
import io.tracetide.query.answer.MetricsChange;
import io.tracetide.query.answer.WindowAnalytics;
import io.tracetide.standalone.pipeline.FleetFixture.Instance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processors of which one is killed or stopped, and started again, five times, while both are
 * queried and have live clients.
 */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FleetRestartsIT {
  private static final int EVENTS_PER_SECOND = 1_000;
  private static final int QUERIES_PER_SECOND = 20;
  private static final int LIVE_CLIENTS = 50;
  private static final int RESTARTS = 5;

  private FleetFixture fleet;

  @BeforeAll
  void startKafka(@TempDir Path directory) throws IOException {
    fleet = new FleetFixture(directory, EVENTS_PER_SECOND);
  }

  @AfterAll
  void stop() throws InterruptedException {
    fleet.close();
  }

  @Test
  void shouldAnswerCorrectlyWhileOneIsRestarted() throws Exception {
    Instance first = fleet.start("first");
    Instance second = fleet.start("second");
    fleet.load().start();
    fleet.awaitEveryoneAtWork(List.of(first, second));

    List<LiveClient> clients = new ArrayList<>();
    try (TracetideQueries ofFirst = queries(first);
        TracetideQueries ofSecond = queries(second)) {
      for (int i = 0; i < LIVE_CLIENTS; i++) {
        clients.add(new LiveClient(i % 2 == 0 ? ofFirst : ofSecond));
      }
      Questions questions = new Questions(first, second);
      questions.thread.start();
      for (int i = 0; i < RESTARTS; i++) {
        if (i % 2 == 0) {
          second.process().destroyForcibly().waitFor();
        } else {
          second.process().destroy();
          second.process().waitFor();
        }
        second = fleet.start("second");
        fleet.awaitEveryoneAtWork(List.of(first, second));
      }
      fleet.load().stop();
      fleet.awaitTruth(List.of(first, second));
      questions.stop();

      Map<String, Long> truth = fleet.load().truth();
      for (LiveClient client : clients) {
        await()
            .atMost(FleetFixture.PATIENCE)
            .untilAsserted(() -> assertThat(client.counts()).isEqualTo(truth));
        assertThat(client.ended.get()).isNull();
        client.subscription.close();
      }
      assertThat(questions.complete).hasPositiveValue();
      assertThat(questions.partial).hasPositiveValue();
    }
  }

  private static TracetideQueries queries(Instance instance) {
    return TracetideQueries.builder("http://" + instance.host()).build();
  }

  /** Queries to both instances, and what is wrong with an answer. */
  private final class Questions implements Runnable {
    private final List<Instance> instances;
    private final AtomicInteger complete = new AtomicInteger();
    private final AtomicInteger partial = new AtomicInteger();
    private final AtomicInteger none = new AtomicInteger();
    private final AtomicInteger noneOfFirst = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread = new Thread(this, "questions");
    private long least;

    Questions(Instance... instances) {
      this.instances = List.of(instances);
    }

    @Override
    public void run() {
      long begin = System.nanoTime();
      for (long asked = 0; !stopped.get(); asked++) {
        try {
          ask(instances.get((int) (asked % instances.size())));
        } catch (RuntimeException | AssertionError e) {
          wrong.compareAndSet(null, e);
        }
        long due = begin + (asked + 1) * 1_000_000_000L / QUERIES_PER_SECOND;
        LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
      }
    }

    private void ask(Instance instance) {
      // Any other status than 200 and 503 is an error.
      Optional<JsonNode> answer = fleet.tenant(instance);
      if (answer.isEmpty()) {
        none.incrementAndGet();
        if (instance == instances.get(0)) {
          noneOfFirst.incrementAndGet();
        }
        return;
      }
      long count = count(answer.get());
      assertThat(count).as("nothing is counted twice").isLessThanOrEqualTo(fleet.load().sent());
      if (names(answer.get()).isEmpty()) {
        complete.incrementAndGet();
        // What a killed instance had counted, but not committed, is counted again a little later.
        assertThat(count).as("nothing is missing").isGreaterThan(least - 2L * EVENTS_PER_SECOND);
        least = Math.max(least, count);
      } else {
        partial.incrementAndGet();
      }
    }

    void stop() throws InterruptedException {
      stopped.set(true);
      thread.join();
      assertThat(wrong.get()).isNull();
      System.out.printf(
          "answers: %d complete, %d partial, %d none, of which %d of the instance that stays%n",
          complete.get(), partial.get(), none.get(), noneOfFirst.get());
    }
  }

  /** The counts that a live client has. */
  private static final class LiveClient implements LiveListener<MetricsChange> {
    private final Map<String, Map<Instant, Long>> windows = new TreeMap<>();
    private final AtomicReference<@Nullable QueryException> ended = new AtomicReference<>();
    private final LiveSubscription subscription;

    LiveClient(TracetideQueries queries) {
      subscription =
          queries.liveMetrics(
              Query.last(Duration.ofMinutes(30))
                  .granularity(Duration.ofSeconds(10))
                  .with("operations", "*"),
              this);
    }

    @Override
    public synchronized void onUpdate(SubscriptionUpdate<MetricsChange> update) {
      if (update.snapshot()) {
        windows.clear();
      }
      for (WindowAnalytics.Series series : update.content().series()) {
        for (WindowAnalytics.Point point : series.points()) {
          windows
              .computeIfAbsent(series.service(), service -> new TreeMap<>())
              .put(point.start(), point.count());
        }
      }
    }

    @Override
    public void onState(LiveState state, @Nullable QueryException why) {
      if (state == LiveState.ENDED) {
        ended.set(why);
      }
    }

    synchronized Map<String, Long> counts() {
      Map<String, Long> counts = new TreeMap<>();
      windows.forEach(
          (service, points) ->
              counts.put(service, points.values().stream().mapToLong(Long::longValue).sum()));
      return counts;
    }
  }
}
