package io.tracetide.runtime.kafka.feedback;

import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Feedback;
import io.tracetide.schemas.Verdict;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The judgements of all tenants, in memory; of each tenant the newest {@value #MAX_PER_TENANT}.
 * Thread-safe.
 */
public final class FeedbackBook {

  /** Judgements of a tenant; the one that was given first is dropped. */
  public static final int MAX_PER_TENANT = 10_000;

  private static final Duration LONGEST_LOADING = Duration.ofMinutes(1);
  private static final Logger log = LoggerFactory.getLogger(FeedbackBook.class);

  private static final Comparator<Judgement> NEWEST_FIRST =
      Comparator.comparing(Judgement::givenAt).thenComparing(Judgement::id).reversed();

  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final CountDownLatch loading;
  private long awaitedSinceNanos;
  private boolean awaited;
  private long version;

  private FeedbackBook(int loading) {
    this.loading = new CountDownLatch(loading);
  }

  /** A book that is complete. */
  public FeedbackBook() {
    this(0);
  }

  /** A book to be read from its topic, see {@link #awaitLoaded}. */
  public static FeedbackBook loading() {
    return new FeedbackBook(1);
  }

  /** Marks the book as complete. */
  void loaded() {
    loading.countDown();
  }

  /**
   * Waits until the book is complete, at most a minute from the first call on: then decisions are
   * made without the feedback that is missing, because an anomaly must not wait longer.
   */
  public void awaitLoaded() {
    if (loading.getCount() == 0) {
      return;
    }
    try {
      if (!loading.await(remaining(), TimeUnit.NANOSECONDS)) {
        log.warn("feedback not read in time, going on without topic={}", Topics.ALERT_COMMANDS);
        loading.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized long remaining() {
    if (!awaited) {
      awaited = true;
      awaitedSinceNanos = System.nanoTime();
    }
    return LONGEST_LOADING.toNanos() - (System.nanoTime() - awaitedSinceNanos);
  }

  /** The judgements of one tenant. */
  private static final class Tenant {
    final Map<String, Judgement> byId = new LinkedHashMap<>();
    final Map<String, List<Judgement>> byFingerprint = new HashMap<>();

    void put(Judgement judgement) {
      remove(byId.get(judgement.id()));
      byId.put(judgement.id(), judgement);
      List<Judgement> same =
          byFingerprint.computeIfAbsent(judgement.fingerprint(), none -> new ArrayList<>());
      same.add(judgement);
      same.sort(NEWEST_FIRST);
      if (byId.size() > MAX_PER_TENANT) {
        remove(byId.values().iterator().next());
      }
    }

    private void remove(@Nullable Judgement judgement) {
      if (judgement == null) {
        return;
      }
      byId.remove(judgement.id());
      List<Judgement> same = byFingerprint.get(judgement.fingerprint());
      if (same != null && same.remove(judgement) && same.isEmpty()) {
        byFingerprint.remove(judgement.fingerprint());
      }
    }
  }

  /** Adds a command of the topic, or its newest version; without effect if it is no feedback. */
  public synchronized void read(AlertCommand command) {
    if (!(command.getCommand() instanceof Feedback feedback)) {
      return;
    }
    Anomaly anomaly = feedback.getAnomaly();
    if (anomaly == null || feedback.getVerdict() == Verdict.UNKNOWN) {
      return;
    }
    Judgement given =
        new Judgement(command.getTenantId(), command.getId(), command.getIssuedAt(), feedback);
    Tenant tenant = tenants.computeIfAbsent(given.tenant(), none -> new Tenant());
    if (!given.equals(tenant.byId.get(given.id()))) {
      tenant.put(given);
      version++;
    }
  }

  /** Number of changes so far. */
  public synchronized long version() {
    return version;
  }

  /** The judgement that holds for a fingerprint. */
  public synchronized Optional<Judgement> holding(String tenant, String fingerprint, Instant now) {
    Tenant found = tenants.get(tenant);
    return found == null
        ? Optional.empty()
        : found.byFingerprint.getOrDefault(fingerprint, List.of()).stream()
            .filter(judgement -> judgement.holds(now))
            .findFirst();
  }

  /** A judgement of a tenant. */
  public synchronized Optional<Judgement> find(String tenant, String id) {
    Tenant found = tenants.get(tenant);
    return found == null ? Optional.empty() : Optional.ofNullable(found.byId.get(id));
  }

  /** The judgements of a tenant, the newest first. */
  public synchronized List<Judgement> of(String tenant) {
    Tenant found = tenants.get(tenant);
    List<Judgement> all = found == null ? new ArrayList<>() : new ArrayList<>(found.byId.values());
    all.sort(NEWEST_FIRST);
    return all;
  }

  /** Tenants with judgements, in the order of their names. */
  public synchronized List<String> tenants() {
    return List.copyOf(tenants.keySet());
  }

  /** The state of a judgement. */
  public Judgement.State state(Judgement judgement, Instant now) {
    if (judgement.isRevoked()) {
      return Judgement.State.REVOKED;
    }
    if (judgement.isExpired(now)) {
      return Judgement.State.EXPIRED;
    }
    return holding(judgement.tenant(), judgement.fingerprint(), now)
            .filter(judgement::equals)
            .isPresent()
        ? Judgement.State.ACTIVE
        : Judgement.State.SUPERSEDED;
  }
}
