package io.tracetide.processor.query.live;

import io.tracetide.processor.query.live.config.LiveConfig;
import io.tracetide.processor.query.live.view.LiveTopic;
import io.tracetide.processor.query.live.view.LiveView;
import io.tracetide.processor.query.live.view.LiveViews;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.runtime.access.Tenants;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Live queries of this instance. A thread of its own holds all their state; requests of clients are
 * handed to it. Thread-safe.
 */
public final class LiveHub implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LiveHub.class);
  private static final int READERS = 2;
  private static final int MOST_READS_WAITING = 1_000;
  private static final long STOP_SECONDS = 5;

  private final LiveConfig config;
  private final LiveViews views;
  private final LiveMetrics metrics;
  private final Clock clock;
  private final ScheduledExecutorService thread;
  private final ThreadPoolExecutor readers;
  private final LiveBroker broker;
  private final ScheduledFuture<?> ticks;
  private final AtomicInteger open = new AtomicInteger();

  /** Starts the thread. */
  public LiveHub(
      LiveConfig config, LiveViews views, ChangeSource source, LiveMetrics metrics, Clock clock) {
    this.config = config;
    this.views = views;
    this.metrics = metrics;
    this.clock = clock;
    this.thread = Executors.newSingleThreadScheduledExecutor(named("live"));
    this.readers =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MOST_READS_WAITING),
            named("live-read"));
    this.broker = new LiveBroker(config, views, source, metrics, readers, this::execute);
    long everyMs = config.interval().toMillis();
    ticks = thread.scheduleWithFixedDelay(this::tick, everyMs, everyMs, TimeUnit.MILLISECONDS);
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread created = new Thread(task, name);
      created.setDaemon(true);
      return created;
    };
  }

  private void tick() {
    try {
      broker.tick(clock.millis());
    } catch (RuntimeException e) {
      // Otherwise the executor would not call it again.
      log.error("live queries not served", e);
    }
  }

  private void execute(Runnable task) {
    if (!thread.isShutdown()) {
      thread.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              log.error("live request not served", e);
            }
          });
    }
  }

  /** Takes the place of one connection; false when all are taken. */
  public boolean admit() {
    if (open.incrementAndGet() > config.maxConnections()) {
      open.decrementAndGet();
      metrics.refused(LiveMetrics.Refusal.CONNECTIONS);
      return false;
    }
    return true;
  }

  /** Returns the place of a connection. */
  public void leave() {
    open.decrementAndGet();
  }

  /** Greatest number of connections. */
  public int maxConnections() {
    return config.maxConnections();
  }

  public LiveMetrics metrics() {
    return metrics;
  }

  /**
   * Accepts a connection.
   *
   * @param allowed tenants that its caller has access to
   */
  public Client open(ClientOutlet outlet, Tenants allowed) {
    LiveConnection connection = new LiveConnection(outlet, allowed, clock.millis());
    execute(() -> broker.open(connection));
    return new Client(connection);
  }

  /**
   * Checks a subscription without making it.
   *
   * @throws BadParameterException when a parameter is not accepted
   * @throws io.tracetide.processor.query.request.UnknownTenantException when the caller has no
   *     access to the tenant
   */
  public void check(SubscribeRequest request, Tenants allowed) {
    LiveView unused = views.view(request.topic(), request.values(), allowed, clock.instant());
  }

  /** The topic of that label. */
  public static LiveTopic topic(Optional<String> label) {
    return label
        .flatMap(LiveTopic::of)
        .orElseThrow(
            () ->
                BadParameterException.rejected(
                    "topic", label.orElse(""), "use one of " + LiveTopic.labels()));
  }

  /** One connection, for the thread of its requests. */
  public final class Client {
    private final LiveConnection connection;

    private Client(LiveConnection connection) {
      this.connection = connection;
    }

    /**
     * A message of the client.
     *
     * @param next runs when the client may send the next one
     */
    public void received(String text, Runnable next) {
      CommandReader.Command command = CommandReader.read(text);
      run(
          nowMs -> {
            if (command instanceof CommandReader.Subscribe subscribe) {
              broker.subscribe(connection, subscribe.request(), nowMs);
            } else if (command instanceof CommandReader.Unsubscribe unsubscribe) {
              broker.unsubscribe(connection, unsubscribe.id(), nowMs);
            } else if (command instanceof CommandReader.Rejected rejected) {
              broker.reject(connection, rejected.error(), nowMs);
            }
            connection.whenRepliesSent(next);
          });
    }

    /** Makes a subscription. */
    public void subscribe(SubscribeRequest request) {
      run(nowMs -> broker.subscribe(connection, request, nowMs));
    }

    /** The client has read a message. */
    public void ready() {
      run(nowMs -> broker.ready(connection, nowMs));
    }

    /** The connection is closed. */
    public void closed() {
      run(nowMs -> broker.closedByClient(connection, nowMs));
    }

    private void run(Consumer<Long> task) {
      execute(() -> task.accept(clock.millis()));
    }
  }

  /** Closes all connections, and waits until they are. */
  @Override
  public void close() {
    ticks.cancel(false);
    execute(() -> broker.stop(clock.millis()));
    thread.shutdown();
    readers.shutdownNow();
    try {
      if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
