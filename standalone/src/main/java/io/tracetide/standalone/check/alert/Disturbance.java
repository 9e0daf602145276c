package io.tracetide.standalone.check.alert;

import io.tracetide.runtime.life.EnvironmentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Kills and freezes the instances of a rig at random times. */
final class Disturbance {
  /** Share of the kills that do not wait until the instance is ready: one of these. */
  private static final int AT_START = 5;

  private static final int LONGEST_START_MILLIS = 3_000;
  private static final int LONGEST_UP_MILLIS = 4_000;

  private final AlertRig rig;
  private final Random random;
  private final Latencies starts = new Latencies();
  private final List<String> troubles = new ArrayList<>();
  private final Map<SinkProcess, Long> startedAt = new HashMap<>();
  private @Nullable SinkProcess frozen;
  private @Nullable Thread freezing;
  private int freezes;

  Disturbance(AlertRig rig, Random random) {
    this.rig = rig;
    this.random = random;
  }

  /** Kills one that is not frozen, at a random time, and starts it again. */
  void kill() throws InterruptedException {
    if (freezing != null && !freezing.isAlive()) {
      frozen = null;
    }
    List<SinkProcess> awake = rig.sinks().stream().filter(sink -> !sink.equals(frozen)).toList();
    kill(awake.get(random.nextInt(awake.size())));
  }

  private void kill(SinkProcess sink) throws InterruptedException {
    if (random.nextInt(AT_START) == 0) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_START_MILLIS));
    } else {
      awaitReady(sink);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_UP_MILLIS));
    }
    restart(sink);
  }

  /** Kills an instance now, and starts it again. */
  void restart(SinkProcess sink) throws InterruptedException {
    sink.kill();
    sink.start();
    startedAt.put(sink, System.nanoTime());
  }

  /**
   * Waits until it is ready. An instance that has ended without being killed is noted, and started
   * again.
   */
  void awaitReady(SinkProcess sink) throws InterruptedException {
    try {
      sink.awaitReady(AlertRig.PATIENCE);
    } catch (EnvironmentException e) {
      troubles.add(String.valueOf(e.getMessage()));
      sink.kill();
      sink.start();
      sink.awaitReady(AlertRig.PATIENCE);
    }
    @Nullable Long started = startedAt.remove(sink);
    if (started != null) {
      starts.add(Duration.ofNanos(System.nanoTime() - started));
    }
  }

  /** Freezes one of the instances in the background, and returns it. */
  SinkProcess freeze(Duration time) throws InterruptedException {
    SinkProcess chosen = rig.sinks().get(random.nextInt(rig.sinks().size()));
    awaitReady(chosen);
    frozen = chosen;
    freezes++;
    Thread thread = new Thread(() -> freeze(chosen, time), "freeze");
    thread.setDaemon(true);
    thread.start();
    freezing = thread;
    return chosen;
  }

  private static void freeze(SinkProcess sink, Duration time) {
    try {
      sink.freeze(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until no instance is frozen and all are ready. */
  void end() throws InterruptedException {
    if (freezing != null) {
      freezing.join();
      frozen = null;
    }
    for (SinkProcess sink : rig.sinks()) {
      awaitReady(sink);
    }
  }

  int freezes() {
    return freezes;
  }

  /** Times from the start after a kill until the instance was ready. */
  Latencies starts() {
    return starts;
  }

  /** Instances that have ended by themselves or did not get ready. */
  List<String> troubles() {
    return List.copyOf(troubles);
  }
}
