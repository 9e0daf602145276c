package io.tracetide.processor.ledger.store;

import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.runtime.config.Checks;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How traces in flight are followed.
 *
 * @param enabled whether they are; without, work is counted as it comes
 * @param routeFinished whether finished work that is not in the partition of its trace's id goes
 *     there, too, as starts and updates do; without, it is counted where it is, and not known by
 *     the id of its trace
 * @param orderWait how long an end without a duration waits for its start, which may come after it;
 *     0 to wait for none
 * @param maxOpen open traces that a partition follows; those beyond are counted and not followed
 * @param duplicates work that comes again
 * @param silence when an open trace is stuck
 * @param recent finished traces in memory
 * @param kept finished traces in the store
 * @param breachesAfterEnd how long what was still wrong with a trace at its end stays reported
 * @param limits what is kept of one trace
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
   * Work that comes again.
   *
   * @param window how long finished work is remembered, at least
   * @param maxSpans names of events that a partition remembers, about 40 bytes each; there are two
   *     for work without a span's id
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
   * When an open trace is stuck: when it is silent for longer than its contract allows, else for so
   * many times the 99th percentile of its operation's durations.
   *
   * @param factor how many times
   * @param floor least silence that counts
   * @param ceiling silence that counts however slow the operation is
   * @param withoutHistory silence that counts while too few have ended
   * @param abandonAfter further silence after which nothing more is expected
   * @param forgetAfter further silence after which the trace is forgotten
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
   * @param maxEvents how many events of them
   * @param maxMegabytes how many bytes of them
   * @param keep how long
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
   * @param perServiceAndMinute how many of a service, in each partition
   * @param keep how long
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
   * What is kept of one trace. Longer texts are cut, and all texts of a trace that is larger than
   * {@link FollowedTrace#MOST_BYTES} nevertheless.
   *
   * @param steps what happened: the first quarter and the newest ones
   * @param spans spans; those that ended first go first
   * @param tags tags, metadata, metrics, and attributes of a step
   * @param textLength characters of one text
   * @param stepCharacters characters of all steps
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

    /** A copy with texts that are not too long, and not too many of them. */
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
