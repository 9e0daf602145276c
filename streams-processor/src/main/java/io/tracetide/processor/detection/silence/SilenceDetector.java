package io.tracetide.processor.detection.silence;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.window.SeriesId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds services of one tenant that stop sending spans. A service without spans is one anomaly of
 * kind NO_DATA; when all services stop, there is one of the tenant, with service {@code *}, and
 * none of the services. It is resolved by the next spans.
 *
 * <p>The windows of a service count as a pause only while others of the tenant send spans, so an
 * interruption before or in Tracetide is no silence of each service. Of a tenant with a single
 * sending service, that service is judged with the least time for a whole tenant.
 *
 * <p>Its whole state is in the {@link Storage} and in the episodes.
 */
public final class SilenceDetector {

  /** Name of the engine in anomalies. */
  public static final String ENGINE = "silence";

  /** Windows without spans from which a service is not counted as sending: an hour. */
  private static final int SENDING = 360;

  /** Windows without spans after which an anomaly is ended: a day. */
  private static final int END_AFTER = 8_640;

  private final SilenceFindings findings;
  private final SilenceConfig config;
  private final long windowMs;
  private final int updateEvery;
  private final Storage storage;
  private final DetectorOutput output;
  private final Map<String, Regularity> services = new TreeMap<>();
  private final Regularity whole = new Regularity();
  private long latest = Long.MIN_VALUE;

  /** Saves the state of services. The tenant as a whole is the service {@code *}. */
  public interface Storage {
    void put(String service, byte[] state);

    void delete(String service);
  }

  /**
   * Spans of a service in a window.
   *
   * @param spans number of spans, above 0
   * @param lag windows by which they are usually late
   */
  public record Seen(long spans, int lag) {

    /** The sum of both. */
    public Seen plus(Seen other) {
      return new Seen(spans + other.spans, Math.max(lag, other.lag));
    }
  }

  /**
   * Starts without state.
   *
   * @param updateEvery windows of an open anomaly after which it is reported again
   */
  public SilenceDetector(
      String tenant,
      SilenceConfig config,
      long windowMs,
      int updateEvery,
      Storage storage,
      DetectorOutput output) {
    this.findings = new SilenceFindings(tenant, windowMs);
    this.config = config;
    this.windowMs = windowMs;
    this.updateEvery = updateEvery;
    this.storage = storage;
    this.output = output;
  }

  /**
   * Processes a window.
   *
   * @param seen spans of the services that had some
   * @param known whether a service without spans had none; if not, its window is not known
   */
  public void observe(long window, Map<String, Seen> seen, Predicate<String> known) {
    if (!config.enabled()) {
      switchOff((window + 1) * windowMs);
      return;
    }
    latest = window;
    seen.keySet().forEach(service -> services.computeIfAbsent(service, s -> new Regularity()));
    long sending = services.values().stream().filter(SilenceDetector::isSending).count();
    boolean resumed = observeWhole(window, seen, known, sending);
    boolean held = seen.isEmpty() && (sending > 1 || whole.episode instanceof Episode.Open);
    for (String service : List.copyOf(services.keySet())) {
      Regularity state = service(service);
      Seen spans = seen.get(service);
      if (spans != null) {
        active(service, state, window, spans);
      } else if (!known.test(service)) {
        continue;
      } else if (resumed && !(state.episode instanceof Episode.Open)) {
        state.forgetPause();
      } else if (!held || state.episode instanceof Episode.Open) {
        silent(service, state, window, seen.isEmpty() ? config.allAfter() : config.after(), 1);
      }
      save(service, state);
    }
  }

  private static boolean isSending(Regularity state) {
    return state.pause() <= SENDING && !(state.episode instanceof Episode.Open);
  }

  /**
   * Processes the window of the tenant as a whole.
   *
   * @return whether it has spans again
   */
  private boolean observeWhole(
      long window, Map<String, Seen> seen, Predicate<String> known, long sending) {
    boolean resumed = false;
    if (!seen.isEmpty()) {
      resumed = whole.pause() > 0;
      long total = seen.values().stream().mapToLong(Seen::spans).sum();
      active(SeriesId.ALL_SERVICES, whole, window, new Seen(total, 0));
    } else if (sending > 1 && services.keySet().stream().allMatch(known)) {
      silent(SeriesId.ALL_SERVICES, whole, window, config.allAfter(), sending);
    }
    save(SeriesId.ALL_SERVICES, whole);
    return resumed;
  }

  private Regularity service(String service) {
    return service.equals(SeriesId.ALL_SERVICES)
        ? whole
        : services.computeIfAbsent(service, unknown -> new Regularity());
  }

  private void active(String service, Regularity state, long window, Seen seen) {
    state.lag = Math.min(Byte.MAX_VALUE, seen.lag());
    resolve(service, state, window, seen.spans(), state.pause());
    state.active(window, seen.spans());
    move(service, state, Episode.QUIET);
  }

  private void silent(String service, Regularity state, long window, Duration after, long sending) {
    state.silent();
    if (state.pause() == END_AFTER) {
      abandon(
          service,
          state,
          findings.endMs(state, window),
          SilenceText.noLongerWatched(service, state.pause() * windowMs));
    } else if (state.pause() > Regularity.REMEMBERED) {
      services.remove(service);
      storage.delete(service);
    } else if (state.pause() < END_AFTER) {
      judge(service, state, window, after, sending);
    }
  }

  private void judge(String service, Regularity state, long window, Duration after, long sending) {
    double improbability = improbability(state, window, after);
    Evidence evidence = findings.evidence(state, window, improbability);
    long endMs = findings.endMs(state, window);
    if (state.episode instanceof Episode.Open open) {
      Episode.Open next = open.after(evidence);
      boolean due = next.unreported() >= updateEvery;
      move(service, state, due ? next.reported() : next);
      if (due) {
        Change.Updated change = new Change.Updated(next.reported());
        output.publish(findings.silent(service, state, window, change, sending));
      }
    } else if (improbability >= 1) {
      Episode.Open opened = Episode.Open.begin(evidence, endMs);
      move(service, state, opened);
      output.publish(findings.silent(service, state, window, new Change.Opened(opened), sending));
    }
  }

  private double improbability(Regularity state, long window, Duration after) {
    return state.improbability(
        window, windows(after), windows(config.warmUp()), config.expectedSpans());
  }

  private int windows(Duration duration) {
    return (int) ((duration.toMillis() + windowMs - 1) / windowMs);
  }

  /**
   * Notes late spans of a service.
   *
   * @param window window of the spans
   */
  public void revise(String service, long window, long spans) {
    Regularity state = services.get(service);
    if (state == null || !config.enabled() || spans == 0) {
      return;
    }
    revise(service, state, window, spans, config.after());
    revise(SeriesId.ALL_SERVICES, whole, window, spans, config.allAfter());
  }

  private void revise(String service, Regularity state, long window, long spans, Duration after) {
    int before = state.pause();
    if (state.filled(window + state.lag)) {
      save(service, state);
    }
    if (before == 0) {
      return;
    }
    state.revised(window + state.lag, spans, latest);
    boolean ends = state.pause() < before && improbability(state, latest, after) < 1;
    if (ends) {
      resolve(service, state, latest, spans, before);
      move(service, state, Episode.QUIET);
    }
    save(service, state);
  }

  private void resolve(
      String service, Regularity state, long window, long spans, int silentWindows) {
    if (state.episode instanceof Episode.Open open) {
      Change.Resolved change = new Change.Resolved(open.reported(), findings.endMs(state, window));
      output.publish(findings.resolved(service, state, window, change, spans, silentWindows));
    }
  }

  private void move(String service, Regularity state, Episode next) {
    if (!next.equals(state.episode)) {
      state.episode = next;
      output.saveEpisode(EpisodeSubject.of(findings.id(service)), next);
    }
  }

  private void save(String service, Regularity state) {
    if (state == whole || services.containsKey(service)) {
      storage.put(service, state.save());
    }
  }

  /**
   * Whether a service is known to have had no spans in the latest window. Then its operations are
   * not judged for a fall of their throughput.
   */
  public boolean isSilent(String service) {
    Regularity state = services.get(service);
    return state != null && (state.pause() > 0 || whole.pause() > 0);
  }

  /**
   * Whether the silence of a service, or of its tenant, is an anomaly of at most so many windows.
   */
  public boolean isAnomaly(String service, int windows) {
    Regularity state = services.get(service);
    return state != null && (isOpen(state, windows) || isOpen(whole, windows));
  }

  private static boolean isOpen(Regularity state, int windows) {
    return state.episode instanceof Episode.Open && state.pause() <= windows;
  }

  /** Ends all anomalies, because the detector is switched off. */
  public void switchOff(long nowMs) {
    services.forEach(
        (service, state) -> abandon(service, state, nowMs, SilenceText.switchedOff(service)));
    abandon(SeriesId.ALL_SERVICES, whole, nowMs, SilenceText.switchedOff(SeriesId.ALL_SERVICES));
  }

  private void abandon(String service, Regularity state, long endMs, String summary) {
    if (EpisodePolicy.abandon(state.episode, endMs).change() instanceof Change.Reported change) {
      move(service, state, Episode.QUIET);
      output.publish(findings.ended(service, change, endMs, summary));
    }
  }

  /** Restores the state of a service, before the first window. */
  public void restore(String service, byte[] state) {
    service(service).restore(state);
  }

  /** Restores the episode of a service. */
  public void restoreEpisode(String service, Episode episode) {
    service(service).episode = episode;
  }
}
