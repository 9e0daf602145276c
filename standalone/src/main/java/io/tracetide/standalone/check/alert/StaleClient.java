package io.tracetide.standalone.check.alert;

import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A client whose requests an instance receives while it is frozen. It gets no answer, repeats them
 * at another instance, and ends the alerts there when they were notified. The first requests must
 * not begin the alerts again when the instance goes on.
 */
final class StaleClient implements Runnable {
  private static final Duration IMPATIENT = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 50;
  private static final int ALERTS = 5;
  private static final Origin ORIGIN = new Origin("t0", "stale");

  private final AlertRig rig;
  private final SinkProcess frozen;
  private final ExpectedAlerts truth;

  StaleClient(AlertRig rig, SinkProcess frozen, ExpectedAlerts truth) {
    this.rig = rig;
    this.frozen = frozen;
    this.truth = truth;
  }

  @Override
  public void run() {
    try {
      // It is stopped in a moment.
      while (frozen.isReady()) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      List<Episode> alerts = new ArrayList<>();
      SinkApi impatient = new SinkApi(List.of(frozen), IMPATIENT);
      for (int i = 0; i < ALERTS; i++) {
        Episode episode = Episode.now("stale-p" + i);
        alerts.add(episode);
        boolean unused =
            impatient.post(
                frozen, "/api/v2/alerts", SinkApi.alerts(ORIGIN, List.of(episode), true));
      }
      SinkApi others =
          new SinkApi(rig.sinks().stream().filter(sink -> !sink.equals(frozen)).toList());
      for (boolean firing : new boolean[] {true, false}) {
        int unused = others.post(ORIGIN, alerts, firing, new Random(0));
        if (!rig.inbox().await(truth.require(alerts, firing), PATIENCE)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
