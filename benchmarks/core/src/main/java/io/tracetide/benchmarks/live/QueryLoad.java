package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.workload.SeriesNames;
import io.tracetide.benchmarks.workload.Workload;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends queries to a processor at a constant rate, as dashboards do. The time of a query is
 * measured from when it was due, so that a slow answer also counts for the queries behind it.
 */
public final class QueryLoad implements AutoCloseable {

  /** What is queried; of ten queries two, five and three. */
  public enum Kind {
    DASHBOARD("dashboard, 15 min", 2),
    RECENT("one operation, 15 min by 10 s", 5),
    DAY("one service, 24 h by 5 min", 3);

    private final String what;
    private final int share;

    Kind(String what, int share) {
      this.what = what;
      this.share = share;
    }

    public String what() {
      return what;
    }
  }

  private static final int SHARES = 10;

  private final ProcessorInstance processor;
  private final Workload workload;
  private final SeriesNames names;
  private final long periodNanos;
  private final Map<Kind, List<Double>> millis = new EnumMap<>(Kind.class);
  private final List<Thread> clients = new ArrayList<>();
  private long unanswered;
  private volatile boolean ending;

  private QueryLoad(ProcessorInstance processor, Workload workload, int perSecond, int clients) {
    this.processor = processor;
    this.workload = workload;
    this.names = new SeriesNames(workload);
    this.periodNanos = TimeUnit.SECONDS.toNanos(clients) / perSecond;
  }

  /**
   * Starts the queries.
   *
   * @param perSecond queries a second of all clients together
   * @param clients number of concurrent clients
   */
  public static QueryLoad start(
      ProcessorInstance processor, Workload workload, int perSecond, int clients) {
    QueryLoad load = new QueryLoad(processor, workload, perSecond, clients);
    for (int i = 0; i < clients; i++) {
      int seed = i;
      Thread client = new Thread(() -> load.run(seed, clients), "queries-" + i);
      client.setDaemon(true);
      load.clients.add(client);
    }
    load.clients.forEach(Thread::start);
    return load;
  }

  private void run(int number, int of) {
    SplittableRandom random = new SplittableRandom(number);
    long due = System.nanoTime() + periodNanos * number / of;
    try {
      while (!ending) {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
        Kind kind = kind(random.nextInt(SHARES));
        boolean answered = processor.get(path(kind, random)).isPresent();
        add(kind, answered, (System.nanoTime() - due) / 1e6);
        due += periodNanos;
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private static Kind kind(int share) {
    int rest = share;
    for (Kind kind : Kind.values()) {
      if (rest < kind.share) {
        return kind;
      }
      rest -= kind.share;
    }
    throw new IllegalArgumentException("no kind has share " + share);
  }

  private String path(Kind kind, SplittableRandom random) {
    int series = random.nextInt(workload.series());
    return switch (kind) {
      case DASHBOARD -> "/monitoring/dashboard?timeRange=15m";
      case RECENT ->
          "/monitoring/analytics?granularity=10s&timeRange=15m&services=%s&operations=%s"
              .formatted(names.service(series), encoded(names.operation(series)));
      case DAY ->
          "/monitoring/analytics?granularity=5m&timeRange=24h&services=%s&operations=%s"
              .formatted(names.service(series), encoded("*"));
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private synchronized void add(Kind kind, boolean answered, double tookMillis) {
    if (answered) {
      millis.computeIfAbsent(kind, first -> new ArrayList<>()).add(tookMillis);
    } else {
      unanswered++;
    }
  }

  /** Forgets the queries until now, which warmed the processor up. */
  public synchronized void forget() {
    millis.clear();
    unanswered = 0;
  }

  /** Milliseconds of the answered queries of a kind. */
  public synchronized Percentiles millis(Kind kind) {
    return new Percentiles(millis.getOrDefault(kind, List.of()));
  }

  /** Queries without an answer of status 200. */
  public synchronized long unanswered() {
    return unanswered;
  }

  @Override
  public void close() {
    ending = true;
    clients.forEach(Thread::interrupt);
    for (Thread client : clients) {
      try {
        client.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
