package io.tracetide.runtime.kafka.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.kafka.state.Damage;
import io.tracetide.runtime.kafka.state.LocalState;
import io.tracetide.runtime.kafka.state.StateFailure;
import io.tracetide.runtime.life.EnvironmentException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Streams application that recovers from damage of its local state.
 *
 * <p>Kafka Streams fails on a store that RocksDB cannot read, at every start. This class then stops
 * the application, sets the damaged tasks aside ({@link LocalState}), and builds and starts it
 * again in the same process; the tasks are restored from their changelogs. A disk that is full or
 * read-only, and a task that is damaged twice within ten minutes, end the application with an
 * {@link EnvironmentException}.
 */
public final class SupervisedStreams implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SupervisedStreams.class);

  /** Long enough for a last commit, short enough for the stop timeout of a container. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /** Bytes whose checksums are verified before a start: some seconds on a slow disk. */
  private static final long CHECKED_AT_START = 1L << 30;

  private static final Duration WATCH = Duration.ofSeconds(5);
  private static final Duration REPEAT = Duration.ofMinutes(10);

  /** Connects the process with an application that was built and has not started. */
  public interface Wiring {
    /** Connects; the result is closed when the application has ended. */
    AutoCloseable connect(KafkaStreams streams);
  }

  private final Supplier<KafkaStreams> build;
  private final Wiring wiring;
  private final boolean exactlyOnce;
  private final boolean groupMayWrite;
  private final Clock clock;
  private final LocalState local;
  private final RestoreProgress progress;
  private final ThreadRestarts restarts;
  private final Counter recovered;
  private final ScheduledExecutorService worker;
  private final CountDownLatch failed = new CountDownLatch(1);

  private volatile Life life;
  private volatile @Nullable EnvironmentException failure;
  private volatile boolean recovering;
  private volatile boolean closed;
  private long standstillLoggedAt;

  /** One application, from its construction to its end. */
  private static final class Life {
    final KafkaStreams streams;
    final AutoCloseable connection;
    volatile @Nullable StateFailure stateFailure;

    Life(KafkaStreams streams, AutoCloseable connection) {
      this.streams = streams;
      this.connection = connection;
    }
  }

  private SupervisedStreams(
      String role,
      Properties settings,
      Supplier<KafkaStreams> build,
      Wiring wiring,
      RestoreProgress progress,
      MeterRegistry meters,
      Clock clock) {
    this.build = build;
    this.wiring = wiring;
    this.clock = clock;
    exactlyOnce =
        StreamsConfig.EXACTLY_ONCE_V2.equals(
            settings.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
    groupMayWrite =
        Boolean.parseBoolean(
            String.valueOf(settings.get(StreamsConfig.ALLOW_OS_GROUP_WRITE_ACCESS_CONFIG)));
    local =
        new LocalState(
            Path.of(settings.getProperty(StreamsConfig.STATE_DIR_CONFIG)),
            settings.getProperty(StreamsConfig.APPLICATION_ID_CONFIG),
            clock);
    this.progress = progress;
    restarts = new ThreadRestarts(clock);
    recovered = meters.counter("tracetide." + role + ".tasks.restored.damaged");
    worker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, role + "-state");
              thread.setDaemon(true);
              return thread;
            });
    life = begin();
  }

  /**
   * Builds the application; {@link #start()} starts it.
   *
   * @param role role name, and prefix of its meters
   * @param settings settings of the application, including its state directory and id
   * @param build creates the application; called again after each recovery
   * @param wiring called for each created application before it starts
   * @param progress receives the progress of restoration
   * @throws EnvironmentException when the state directory cannot be used
   */
  public static SupervisedStreams create(
      String role,
      Properties settings,
      Supplier<KafkaStreams> build,
      Wiring wiring,
      RestoreProgress progress,
      MeterRegistry meters,
      Clock clock) {
    return new SupervisedStreams(role, settings, build, wiring, progress, meters, clock);
  }

  private Life begin() {
    local.prepare();
    KafkaStreams streams = build.get();
    if (!groupMayWrite) {
      local.restrict();
    }
    Life begun;
    try {
      begun = new Life(streams, wiring.connect(streams));
    } catch (RuntimeException e) {
      streams.close(CLOSE_TIMEOUT);
      throw e;
    }
    streams.setGlobalStateRestoreListener(progress);
    streams.setUncaughtExceptionHandler(problem -> onThreadFailure(begun, problem));
    streams.setStateListener((now, before) -> changed(begun, now, before));
    return begun;
  }

  /**
   * Starts the application; damaged tasks are set aside first.
   *
   * @throws EnvironmentException when a task is damaged a second time within ten minutes, or the
   *     state directory cannot be used
   */
  public void start() {
    LocalState.Findings found = local.check(CHECKED_AT_START, exactlyOnce);
    setAside(found.damaged());
    if (!found.unclean().isEmpty()) {
      log.warn(
          "unclean shutdown: {} of {} tasks are restored from their changelogs, which hold what was"
              + " committed directory={}",
          found.unclean().size(),
          found.tasks(),
          local.directory());
      local.drop(found.unclean());
    }
    launch();
    ScheduledFuture<?> unused = // Ends with the worker.
        worker.scheduleWithFixedDelay(
            this::watch, WATCH.toMillis(), WATCH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** As {@link #start()}, but an exception counts as a failure of the application. */
  public void startOrFail() {
    try {
      start();
    } catch (EnvironmentException e) {
      fail(e);
    } catch (RuntimeException e) {
      log.error("streams did not start", e);
      failed.countDown();
    }
  }

  private void fail(EnvironmentException e) {
    log.error("stopping reason=\"{}\"", e.getMessage());
    failure = e;
    failed.countDown();
  }

  /** Each iteration sets aside a task that was not set aside before, or is the last one. */
  private void launch() {
    while (true) {
      Life starting = life;
      try {
        starting.streams.start();
        return;
      } catch (StreamsException e) {
        StateFailure found = StateFailure.ofStart(e).orElseThrow(() -> e);
        end(starting);
        if (found.kind() == StateFailure.Kind.MACHINE) {
          throw local.unusable(found.reason());
        }
        life = begin();
        if (!setAsideAfter(found)) {
          throw local.unusable(found.reason());
        }
      }
    }
  }

  private void setAside(List<Damage> damages) {
    for (Damage damage : damages) {
      Optional<Path> now = local.setAside(damage);
      recovered.increment();
      log.warn(
          "damaged state set aside, restoring it from its changelogs task={} store={} reason=\"{}\""
              + " moved-to={}",
          damage.task(),
          damage.store(),
          damage.reason(),
          now.map(Path::toString).orElse("(deleted)"));
    }
  }

  /** The tasks that RocksDB cannot read; if it can read all, the task that Kafka Streams named. */
  private boolean setAsideAfter(StateFailure found) {
    List<Damage> damages = local.damaged();
    if (damages.isEmpty() && found.task().isPresent()) {
      damages =
          List.of(new Damage(local.directory().resolve(found.task().get()), "", found.reason()));
    }
    setAside(damages);
    return !damages.isEmpty();
  }

  private StreamThreadExceptionResponse onThreadFailure(Life failing, Throwable problem) {
    if (closed) {
      // What was not committed is processed again after the next start.
      log.info("processing thread ended during shutdown reason=\"{}\"", problem.toString());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Optional<String> change = PartitionChange.of(problem);
    if (change.isPresent()) {
      // Each restart would fail in the same way.
      fail(new EnvironmentException(change.get()));
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    Optional<StateFailure> found = StateFailure.of(problem);
    if (found.isEmpty()) {
      return restarts.handle(problem);
    }
    log.error("local state cannot be used reason=\"{}\"", found.get().reason());
    failing.stateFailure = found.get();
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void changed(Life changing, KafkaStreams.State now, KafkaStreams.State before) {
    log.info("streams state changed from={} to={}", before, now);
    if (now != KafkaStreams.State.ERROR) {
      return;
    }
    if (changing.stateFailure == null) {
      failed.countDown();
      return;
    }
    recovering = true;
    try {
      worker.execute(() -> recover(changing));
    } catch (RejectedExecutionException e) {
      log.debug("closed during recovery of its state", e);
    }
  }

  /** Replaces an application whose threads have ended, and sets its damaged tasks aside. */
  private void recover(Life broken) {
    try {
      StateFailure found = broken.stateFailure;
      end(broken);
      if (closed || found == null) {
        return;
      }
      if (found.kind() == StateFailure.Kind.MACHINE) {
        throw local.unusable(found.reason());
      }
      life = begin();
      // Damage that is not found is handled like any other failure.
      if (!setAsideAfter(found) && !restarts.mayRestart()) {
        throw local.unusable(found.reason());
      }
      launch();
      recovering = false;
    } catch (EnvironmentException e) {
      fail(e);
    } catch (RuntimeException e) {
      log.error("restart after damage failed, stopping", e);
      failed.countDown();
    }
  }

  private void end(Life ending) {
    ending.streams.close(CLOSE_TIMEOUT);
    progress.clear();
    try {
      ending.connection.close();
    } catch (Exception e) { // AutoCloseable declares it.
      log.warn("close failed name=streams-connection", e);
    }
  }

  private void watch() {
    Optional<String> standstill = progress.standstill();
    long now = clock.millis();
    if (standstill.isPresent() && now - standstillLoggedAt >= REPEAT.toMillis()) {
      standstillLoggedAt = now;
      log.warn("{}", standstill.get());
    }
  }

  /** The current application; a new one after each recovery. */
  public KafkaStreams current() {
    return life.streams;
  }

  /** Up while the application runs. */
  public HealthStatus health() {
    if (recovering) {
      return HealthStatus.down("damaged local state is being restored");
    }
    KafkaStreams.State state = life.streams.state();
    return state == KafkaStreams.State.RUNNING
        ? HealthStatus.up()
        : HealthStatus.down(
            progress
                .standstill()
                .orElseGet(() -> "streams are " + state + "." + progress.sentence()));
  }

  /** Opens when the application has failed for good and the process should end. */
  public CountDownLatch failed() {
    return failed;
  }

  /** The cause of the failure, if it is the machine; to be logged in one line. */
  public Optional<EnvironmentException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Commits the processed records and stops. */
  @Override
  public void close() {
    closed = true;
    worker.shutdown();
    try {
      if (!worker.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(life);
  }
}
