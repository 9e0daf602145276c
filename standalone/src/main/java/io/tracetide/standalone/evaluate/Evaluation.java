package io.tracetide.standalone.evaluate;

import io.tracetide.schemas.Incident;
import java.io.IOException;
import java.io.Writer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The episodes that a detector found in recorded windows. */
public final class Evaluation {
  static final String HEADER =
      "service,operation,start_window,end_window,peak,channel,opening_confidence,confidence,basis,"
          + "truth,incident,origin_service,origin_operation\n";

  private final WindowTable table;
  private final List<FoundEpisode> found;
  private final long assessed;
  private final long nanos;

  /**
   * @param assessed windows of series that the detector assessed
   * @param nanos time that the detector took
   */
  Evaluation(WindowTable table, List<FoundEpisode> found, long assessed, long nanos) {
    this.table = table;
    this.found =
        found.stream().sorted(Comparator.comparingLong(FoundEpisode::startWindow)).toList();
    this.assessed = assessed;
    this.nanos = nanos;
  }

  /** The windows. */
  public WindowTable table() {
    return table;
  }

  /** The episodes in the order of their beginnings. */
  public List<FoundEpisode> episodes() {
    return found;
  }

  /**
   * Writes the episodes as CSV, in the order of their beginnings.
   *
   * @param faults faults with which they are compared
   */
  public void write(Writer out, FaultTable faults) throws IOException {
    out.write(HEADER);
    for (FoundEpisode episode : found) {
      out.write(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,%d,%.3f,%s,%.4f,%.4f,%s,%s,%s\n",
              quoted(episode.series().service()),
              quoted(episode.series().operation()),
              episode.startWindow(),
              episode.endWindow(),
              episode.peak(),
              episode.channel(),
              episode.opening(),
              episode.confidence(),
              episode.basis(),
              faults.truth(episode),
              incident(episode.incident())));
    }
  }

  private static String incident(@Nullable Incident incident) {
    if (incident == null) {
      return ",,";
    }
    @Nullable String operation = incident.getOriginOperation();
    return String.join(
        ",",
        incident.getIncidentId(),
        quoted(incident.getOriginService()),
        quoted(operation == null ? "" : operation));
  }

  /** A summary in Markdown. */
  public String summary() {
    StringBuilder text = new StringBuilder("| | |\n|---|---|\n");
    row(text, "series", table.series().size());
    row(text, "windows", table.length());
    row(text, "episodes", found.size());
    long incidents =
        found.stream()
            .flatMap(one -> Stream.ofNullable(one.incident()))
            .map(Incident::getIncidentId)
            .distinct()
            .count();
    row(text, "incidents", incidents);
    for (String channel : FiringReport.CHANNELS) {
      long of = found.stream().filter(one -> one.channel().equals(channel)).count();
      row(text, "episodes of " + channel, of);
    }
    row(
        text,
        "time per series-window",
        String.format(Locale.ROOT, "%.1f us", nanos / 1e3 / Math.max(1, assessed)));
    return text.toString();
  }

  private static void row(StringBuilder text, String name, Object value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
