package io.tracetide.processor.ledger.store;

import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.runtime.config.Checks;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings of the ledger, which follows traces in flight.
 *
 * @param enabled whether traces are followed; if not, finished spans are counted as they arrive
 * @param routeFinished whether finished spans in another partition than that of their trace id are
 *     routed there, as starts and updates always are; if not, they are counted in their partition
 *     and not found by their trace id
 * @param orderWait how long an end without a duration waits for its start, which may arrive after
 *     it; 0 to not wait
 * @param maxOpen maximum of open traces that a partition follows; spans of further ones are only
 *     counted
 * @param duplicates detection of duplicate events
 * @param silence times without events after which an open trace is stuck
 * @param recent finished traces in memory
 * @param kept finished traces in the store
 * @param breachesAfterEnd how long breaches that a trace had at its end stay open
 * @param limits limits of one trace
 */
public record LedgerConfig(
    boolean enabled,
    boolean routeFinished,
    Duration orderWait,
    int maxOpen,
    Duplicates duplicates,
    SilenceBounds silence,
    Recent recent,
    Kept kept,
    Duration breachesAfterEnd,
    Limits limits) {

  /**
   * Detection of duplicate events.
   *
   * @param window minimum time for which the hashes of finished spans are kept
   * @param maxSpans maximum of hashes that a partition keeps, about 40 bytes each; a span without
   *     an id has two
   */
  public record Duplicates(Duration window, int maxSpans) {
    public Duplicates {
      Checks.check()
          .range("window", window, Duration.ofSeconds(1), Duration.ofDays(1))
          .range("maxSpans", maxSpans, 2, 100_000_000)
          .done();
    }
  }

  /**
   * The time without events after which an open trace is stuck: that of its contract, otherwise a
   * multiple of the 99th percentile of its operation's durations.
   *
   * @param factor the multiple
   * @param floor minimum of the time
   * @param ceiling maximum of the time
   * @param withoutHistory the time while too few traces of the operation have ended
   * @param abandonAfter further time after which a stuck trace is abandoned
   * @param forgetAfter further time after which an abandoned trace is removed
   */
  public record SilenceBounds(
      double factor,
      Duration floor,
      Duration ceiling,
      Duration withoutHistory,
      Duration abandonAfter,
      Duration forgetAfter) {
    public SilenceBounds {
      Duration least = Duration.ofSeconds(1);
      Duration most = Duration.ofDays(30);
      Checks.check()
          .range("factor", factor, 1, 1_000)
          .range("floor", floor, least, most)
          .range("ceiling", ceiling, floor, most)
          .range("withoutHistory", withoutHistory, least, most)
          .range("abandonAfter", abandonAfter, least, most)
          .range("forgetAfter", forgetAfter, least, most)
          .done();
    }
  }

  /**
   * Finished traces in memory, by partition.
   *
   * @param maxEvents maximum of their events
   * @param maxMegabytes maximum of their bytes, MiB
   * @param keep how long they are kept
   */
  public record Recent(int maxEvents, int maxMegabytes, Duration keep) {
    public Recent {
      Checks.check()
          .range("maxEvents", maxEvents, 0, 10_000_000)
          .range("maxMegabytes", maxMegabytes, 1, 1_024)
          .range("keep", keep, Duration.ofSeconds(1), Duration.ofDays(1))
          .done();
    }
  }

  /**
   * Finished traces in the store: those that failed, were slow, or had been open at a commit.
   *
   * @param slowerThan a trace or span that takes longer is slow
   * @param perServiceAndMinute maximum of a service and minute, in each partition
   * @param keep how long they are kept
   */
  public record Kept(Duration slowerThan, int perServiceAndMinute, Duration keep) {
    public Kept {
      Checks.check()
          .range("slowerThan", slowerThan, Duration.ofMillis(1), Duration.ofDays(1))
          .range("perServiceAndMinute", perServiceAndMinute, 0, 1_000_000)
          .range("keep", keep, Duration.ofHours(1), Duration.ofDays(90))
          .done();
    }
  }

  /**
   * Limits of one trace. Longer texts are cut; if the trace is still larger than {@link
   * FollowedTrace#MOST_BYTES}, all its texts are cut further.
   *
   * @param steps maximum of steps; the first quarter and the newest ones are kept
   * @param spans maximum of spans; those that ended first are dropped first
   * @param tags maximum of tags, metadata, metrics, and attributes of a step, each
   * @param textLength maximum of characters of one text
   * @param stepCharacters maximum of characters of all steps
   */
  public record Limits(int steps, int spans, int tags, int textLength, int stepCharacters) {
    public Limits {
      Checks.check()
          .range("steps", steps, 4, 10_000)
          .range("spans", spans, 1, 10_000)
          .range("tags", tags, 1, 1_000)
          .range("textLength", textLength, 16, 16_384)
          .range("stepCharacters", stepCharacters, 1_024, 1 << 20)
          .done();
    }

    public String cut(String text) {
      return text.length() <= textLength ? text : text.substring(0, textLength);
    }

    /** A copy with cut texts and a limited number of entries. */
    public Map<String, String> cut(Map<String, String> texts) {
      TreeMap<String, String> cut = new TreeMap<>();
      texts.forEach((name, value) -> cut.put(cut(name), cut(value)));
      while (cut.size() > tags) {
        cut.pollLastEntry();
      }
      return cut;
    }
  }

  public LedgerConfig {
    Checks.check()
        .range("orderWait", orderWait, Duration.ZERO, Duration.ofMinutes(5))
        .range("maxOpen", maxOpen, 0, 100_000_000)
        .range("breachesAfterEnd", breachesAfterEnd, Duration.ofSeconds(1), Duration.ofDays(7))
        .done();
  }

  public static LedgerConfig defaults() {
    return new LedgerConfig(
        true,
        true,
        Duration.ofSeconds(2),
        2_000_000,
        new Duplicates(Duration.ofMinutes(10), 500_000),
        new SilenceBounds(
            5,
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofMinutes(5),
            Duration.ofHours(6),
            Duration.ofHours(24)),
        new Recent(20_000, 8, Duration.ofMinutes(5)),
        new Kept(Duration.ofSeconds(10), 60, Duration.ofHours(24)),
        Duration.ofMinutes(5),
        new Limits(200, 200, 64, 1_024, 65_536));
  }
}
