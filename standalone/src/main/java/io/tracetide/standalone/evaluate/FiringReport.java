package io.tracetide.standalone.evaluate;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** How often a configuration would have fired: episodes by service and kind, and by day. */
public final class FiringReport {

  static final List<String> CHANNELS = List.of("latency", "throughput", "errors");

  /** Services in the table; the others are one row. */
  private static final int MOST_SERVICES = 50;

  private static final double WINDOWS_PER_DAY =
      (double) Duration.ofDays(1).toMillis() / RetainedWindows.WINDOW.toMillis();

  private FiringReport() {}

  /** Episodes by service and kind, and how many a day: a table in Markdown. */
  public static String byService(Evaluation evaluation) {
    Map<String, long[]> services = count(evaluation, episode -> episode.series().service());
    double days = evaluation.table().length() / WINDOWS_PER_DAY;
    StringBuilder text = new StringBuilder("\n| service | ");
    text.append(String.join(" | ", CHANNELS)).append(" | all | per day |\n");
    text.append("|---|---|---|---|---|---|\n");
    List<Map.Entry<String, long[]>> ordered =
        services.entrySet().stream()
            .sorted(
                Comparator.comparingLong((Map.Entry<String, long[]> one) -> -sum(one.getValue()))
                    .thenComparing(Map.Entry::getKey))
            .toList();
    long[] others = new long[CHANNELS.size()];
    long[] all = new long[CHANNELS.size()];
    for (int i = 0; i < ordered.size(); i++) {
      long[] counts = ordered.get(i).getValue();
      add(counts, all);
      if (i < MOST_SERVICES) {
        row(text, cell(ordered.get(i).getKey()), counts, days);
      } else {
        add(counts, others);
      }
    }
    if (ordered.size() > MOST_SERVICES) {
      row(text, (ordered.size() - MOST_SERVICES) + " other services", others, days);
    }
    row(text, "**all**", all, days);
    return text.toString();
  }

  /** Episodes of each day in UTC, also of days without: a table in Markdown. */
  public static String byDay(Evaluation evaluation) {
    Map<LocalDate, long[]> days = new TreeMap<>();
    LocalDate last = day(evaluation.table().lastWindow());
    for (LocalDate day = day(evaluation.table().firstWindow());
        !day.isAfter(last);
        day = day.plusDays(1)) {
      days.put(day, new long[CHANNELS.size()]);
    }
    days.putAll(count(evaluation, episode -> day(episode.startWindow())));
    StringBuilder text = new StringBuilder("\n| day (UTC) | ");
    text.append(String.join(" | ", CHANNELS)).append(" | all |\n|---|---|---|---|---|\n");
    days.forEach(
        (day, counts) -> {
          text.append("| ").append(day);
          cells(text, counts);
          text.append(" |\n");
        });
    return text.toString();
  }

  private static LocalDate day(long window) {
    Instant start = RetainedWindows.start(window);
    return LocalDate.ofInstant(start, ZoneOffset.UTC);
  }

  private static <K extends Comparable<? super K>> Map<K, long[]> count(
      Evaluation evaluation, Function<FoundEpisode, K> key) {
    Map<K, long[]> counts = new TreeMap<>();
    for (FoundEpisode episode : evaluation.episodes()) {
      int channel = CHANNELS.indexOf(episode.channel());
      if (channel >= 0) {
        counts.computeIfAbsent(key.apply(episode), k -> new long[CHANNELS.size()])[channel]++;
      }
    }
    return counts;
  }

  private static void row(StringBuilder text, String name, long[] counts, double days) {
    text.append("| ").append(name);
    cells(text, counts);
    text.append(String.format(Locale.ROOT, " | %.1f |\n", sum(counts) / days));
  }

  private static void cells(StringBuilder text, long[] counts) {
    for (long count : counts) {
      text.append(" | ").append(count);
    }
    text.append(" | ").append(sum(counts));
  }

  private static String cell(String name) {
    return name.replace("|", "\\|").replace('\n', ' ');
  }

  private static void add(long[] counts, long[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += counts[i];
    }
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }
}
