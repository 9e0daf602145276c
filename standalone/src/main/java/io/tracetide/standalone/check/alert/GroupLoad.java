package io.tracetide.standalone.check.alert;

import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Random alerts of one service, in waves: several begin, some are sent again, others are added, and
 * all are ended in two steps. Each step is sent when every receiver was notified of the one before.
 * Alerts are posted to the API or written as anomalies to Kafka.
 */
final class GroupLoad implements Runnable {
  /** Longer than any disturbance: then the state counts as lost. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final int MOST_BEGIN = 4;

  /** Number of the first alert that does not begin again. */
  private static final int FIRST_HASTY = 1_000;

  private static final int MOST_HASTY_MILLIS = 1_500;

  private final Origin name;
  private final Random random;
  private final SinkApi api;
  private final AnomalyFeed anomalies;
  private final Inbox inbox;
  private final ExpectedAlerts truth;
  private final CountDownLatch stopping;

  private final List<Episode> firing = new ArrayList<>();
  private final Map<Episode, Integer> revisions = new HashMap<>();
  private Origin origin;
  private int services;
  private int slots;
  private int hasty;

  /** Whether nothing of the service is left of the wave before, so that a group begins anew. */
  private boolean clean = true;

  /**
   * A load that is not sent yet.
   *
   * @param name tenant, and beginning of the names of the services
   * @param stopping its zero ends the load after the current wave
   */
  GroupLoad(
      Origin name,
      Random random,
      SinkApi api,
      AnomalyFeed anomalies,
      Inbox inbox,
      ExpectedAlerts truth,
      CountDownLatch stopping) {
    this.name = name;
    this.random = random;
    this.api = api;
    this.anomalies = anomalies;
    this.inbox = inbox;
    this.truth = truth;
    this.stopping = stopping;
    this.origin = fresh();
  }

  private Origin fresh() {
    clean = true;
    return new Origin(name.tenant(), name.service() + "-" + services++);
  }

  @Override
  public void run() {
    try {
      while (stopping.getCount() > 0) {
        if (!wave() || random.nextInt(4) == 0) {
          origin = fresh();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False if a state was not received in time. */
  private boolean wave() throws InterruptedException {
    firing.clear();
    // The same alerts as in the wave before begin again.
    slots = 0;
    if (!begin()) {
      return false;
    }
    if (random.nextInt(3) == 0) {
      again();
    }
    if (random.nextInt(4) == 0) {
      beginAndEnd();
    }
    if (random.nextBoolean() && !add()) {
      return false;
    }
    Collections.shuffle(firing, random);
    int some = random.nextInt(firing.size());
    List<Episode> first = List.copyOf(firing.subList(0, some));
    List<Episode> others = List.copyOf(firing.subList(some, firing.size()));
    return end(first) && end(others);
  }

  private boolean begin() throws InterruptedException {
    List<Episode> begun = new ArrayList<>();
    boolean posted = random.nextBoolean();
    int count = 1 + random.nextInt(MOST_BEGIN);
    for (int i = 0; i < count; i++) {
      begun.add(episode(posted, slots++));
    }
    boolean wasClean = clean;
    clean = send(begun, true);
    if (posted && clean && wasClean) {
      truth.together(begun);
    }
    return received(begun, true);
  }

  private boolean add() throws InterruptedException {
    List<Episode> added = List.of(episode(random.nextBoolean(), slots++));
    clean &= send(added, true);
    return received(added, true);
  }

  /** An alert that may be over before its group is looked at. */
  private void beginAndEnd() throws InterruptedException {
    Episode episode = episode(random.nextBoolean(), FIRST_HASTY + hasty++);
    List<Episode> one = List.of(episode);
    boolean unused = send(one, true);
    TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_HASTY_MILLIS));
    unused = send(one, false);
    truth.hasty(episode);
    // Its end may be notified later than those of the others.
    clean = false;
  }

  /** The same state once more, as a client does that has got no answer. */
  private void again() throws InterruptedException {
    for (Episode episode : firing) {
      if (random.nextBoolean()) {
        clean &= send(List.of(episode), true);
      }
    }
  }

  private boolean end(List<Episode> episodes) throws InterruptedException {
    if (episodes.isEmpty()) {
      return true;
    }
    clean &= send(episodes, false);
    return received(episodes, false);
  }

  private Episode episode(boolean posted, int number) {
    String name = "%s-%s%d".formatted(origin.service(), posted ? "p" : "a", number);
    Episode episode = Episode.now(name);
    revisions.put(episode, 0);
    return episode;
  }

  private static boolean isPosted(Episode episode) {
    return episode.name().matches(".*-p[0-9]+");
  }

  /** Returns whether the first attempt was successful. */
  private boolean send(Collection<Episode> episodes, boolean fires) throws InterruptedException {
    List<Episode> posted = episodes.stream().filter(GroupLoad::isPosted).toList();
    int attempts = posted.isEmpty() ? 1 : api.post(origin, posted, fires, random);
    for (Episode episode : episodes) {
      if (!isPosted(episode)) {
        anomalies.send(origin, episode, fires, revisions.merge(episode, 1, Integer::sum));
      }
    }
    return attempts == 1;
  }

  private boolean received(List<Episode> episodes, boolean fires) throws InterruptedException {
    if (fires) {
      firing.addAll(episodes);
    } else {
      firing.removeAll(episodes);
      revisions.keySet().removeAll(episodes);
    }
    return inbox.await(truth.require(episodes, fires), PATIENCE);
  }
}
