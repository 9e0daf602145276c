package io.tracetide.processor.topology.incident;

import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.runtime.kafka.feedback.Judgement;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The open anomalies that are not published because of feedback, each in its latest revision. One
 * that was published before is resolved; one that is still open when the feedback no longer holds
 * is published.
 */
final class SuppressedAnomalies {

  private final KeyValueStore<String, Anomaly> store;
  private final PublishedAnomalies published;
  private final FeedbackRules rules;
  private final Runnable counter;

  /** Version of the feedback that was applied to the published anomalies; 0 without feedback. */
  private long reviewed;

  /**
   * Opens the store.
   *
   * @param counter is called for each anomaly that is suppressed
   */
  SuppressedAnomalies(
      KeyValueStore<String, Anomaly> store,
      PublishedAnomalies published,
      FeedbackRules rules,
      Runnable counter) {
    this.store = store;
    this.published = published;
    this.rules = rules;
    this.counter = counter;
  }

  /** Of the revisions that were found, those to be published. */
  List<Anomaly> toPublish(List<Anomaly> found, Instant now) {
    List<Anomaly> passed = new ArrayList<>(found.size());
    for (Anomaly anomaly : found) {
      Anomaly result =
          anomaly.getState() == AnomalyState.OPEN ? open(anomaly, now) : resolved(anomaly);
      if (result != null) {
        passed.add(result);
      }
    }
    return passed;
  }

  private @Nullable Anomaly open(Anomaly anomaly, Instant now) {
    Anomaly known = published.find(anomaly.getAnomalyId());
    Optional<Judgement> judgement = rules.suppressing(anomaly, now);
    if (judgement.isEmpty()) {
      release(anomaly);
      return after(known, anomaly);
    }
    suppress(anomaly);
    return known != null && known.getState() == AnomalyState.OPEN
        ? closed(known, judgement.get())
        : null;
  }

  private @Nullable Anomaly resolved(Anomaly anomaly) {
    return release(anomaly) ? null : after(published.find(anomaly.getAnomalyId()), anomaly);
  }

  /**
   * Deletes an anomaly if it is suppressed. A deletion is written to the changelog also without a
   * row, and nearly no anomaly has one.
   *
   * @return whether it was suppressed
   */
  private boolean release(Anomaly anomaly) {
    boolean suppressed = store.get(anomaly.getAnomalyId()) != null;
    if (suppressed) {
      store.delete(anomaly.getAnomalyId());
    }
    return suppressed;
  }

  private void suppress(Anomaly anomaly) {
    if (store.get(anomaly.getAnomalyId()) == null) {
      counter.run();
    }
    store.put(anomaly.getAnomalyId(), anomaly);
  }

  /**
   * Applies feedback that was given, withdrawn or has expired since the last review.
   *
   * @return revisions to be published
   */
  List<Anomaly> review(Instant now) {
    List<Anomaly> passed = new ArrayList<>();
    for (Anomaly anomaly : all()) {
      if (rules.suppressing(anomaly, now).isEmpty()) {
        store.delete(anomaly.getAnomalyId());
        passed.add(after(published.find(anomaly.getAnomalyId()), anomaly));
      }
    }
    long version = rules.version();
    if (version != reviewed) {
      reviewed = version;
      published.forEachOpen(anomaly -> review(anomaly, now, passed));
    }
    return passed;
  }

  private void review(Anomaly open, Instant now, List<Anomaly> passed) {
    rules
        .suppressing(open, now)
        .ifPresent(
            judgement -> {
              suppress(open);
              passed.add(closed(open, judgement));
            });
  }

  private List<Anomaly> all() {
    List<Anomaly> all = new ArrayList<>();
    try (KeyValueIterator<String, Anomaly> rows = store.all()) {
      rows.forEachRemaining(row -> all.add(row.value));
    }
    return all;
  }

  /** The next revision after one that was published. */
  private static Anomaly after(@Nullable Anomaly known, Anomaly anomaly) {
    return known == null || known.getRevision() < anomaly.getRevision()
        ? anomaly
        : Anomaly.newBuilder(anomaly).setRevision(known.getRevision() + 1).build();
  }

  private static Anomaly closed(Anomaly open, Judgement judgement) {
    String author = judgement.feedback().getGivenBy();
    String reason =
        judgement.verdict() == Verdict.EXPECTED
            ? "expected until %s, according to %s"
                .formatted(judgement.feedback().getExpectedUntil(), author)
            : "not an anomaly, according to " + author;
    return Anomaly.newBuilder(open)
        .setState(AnomalyState.RESOLVED)
        .setResolvedAt(open.getUpdatedAt())
        .setRevision(open.getRevision() + 1)
        .setSummary(open.getSummary() + "; closed by feedback: " + reason)
        .build();
  }
}
