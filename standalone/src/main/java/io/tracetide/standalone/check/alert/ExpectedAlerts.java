package io.tracetide.standalone.check.alert;

import io.tracetide.standalone.check.alert.Inbox.Sighting;
import io.tracetide.standalone.check.alert.Post.Episode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was sent, and what the receivers must therefore receive. Thread-safe.
 *
 * <p>An alert that is ended only after every receiver was notified of it must be received firing
 * and resolved. One that is ended earlier may be over before its group is looked at: then no
 * receiver is notified of it; one that is notified of its begin must be notified of its end.
 */
final class ExpectedAlerts {
  private final List<String> receivers;
  private final Map<Sighting, Instant> required = new LinkedHashMap<>();
  private final List<Episode> hasty = new ArrayList<>();
  private final List<Set<Episode>> together = new ArrayList<>();

  /** Nothing was sent yet to these receivers. */
  ExpectedAlerts(List<String> receivers) {
    this.receivers = List.copyOf(receivers);
  }

  List<String> receivers() {
    return receivers;
  }

  /** Every receiver must receive the state; returns what must be received. */
  synchronized List<Sighting> require(Collection<Episode> episodes, boolean firing) {
    List<Sighting> added = new ArrayList<>();
    Instant now = Instant.now();
    for (Episode episode : episodes) {
      for (String receiver : receivers) {
        Sighting sighting = new Sighting(receiver, episode, firing);
        required.put(sighting, now);
        added.add(sighting);
      }
    }
    return added;
  }

  /** The episode begins and ends, whether or not a receiver was notified meanwhile. */
  synchronized void hasty(Episode episode) {
    hasty.add(episode);
  }

  /** The first notification of one of these episodes must have all of them. */
  synchronized void together(Collection<Episode> episodes) {
    together.add(Set.copyOf(episodes));
  }

  synchronized List<Set<Episode>> together() {
    return List.copyOf(together);
  }

  /** What is not received yet. */
  synchronized List<Sighting> missing(Inbox inbox) {
    List<Sighting> missing = new ArrayList<>();
    for (Sighting sighting : required.keySet()) {
      if (inbox.seen(sighting).isEmpty()) {
        missing.add(sighting);
      }
    }
    for (Episode episode : hasty) {
      for (String receiver : receivers) {
        Sighting end = new Sighting(receiver, episode, false);
        if (inbox.seen(new Sighting(receiver, episode, true)).isPresent()
            && inbox.seen(end).isEmpty()) {
          missing.add(end);
        }
      }
    }
    return missing;
  }

  /** Times from sending to receiving, of the states that were received. */
  synchronized Delays latencies(Inbox inbox) {
    Delays latencies = new Delays();
    required.forEach(
        (sighting, sent) -> {
          Optional<Instant> seen = inbox.seen(sighting);
          seen.ifPresent(at -> latencies.add(Duration.between(sent, at)));
        });
    return latencies;
  }

  /** The result. */
  synchronized Property property(Inbox inbox) {
    List<Sighting> missing = missing(inbox);
    return Property.of(
        "no alert is lost",
        missing.stream().map(each -> "not received: " + each).toList(),
        "%d states of alerts that lasted and %d short alerts, %d lost; sent to received %s",
        required.size(),
        hasty.size(),
        missing.size(),
        latencies(inbox));
  }
}
