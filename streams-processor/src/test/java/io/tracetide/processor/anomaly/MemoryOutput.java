package io.tracetide.processor.anomaly;

import io.tracetide.processor.anomaly.stored.EpisodeCodec;
import io.tracetide.processor.window.SeriesId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The output of a detector in memory, from which another one can be restored. */
public class MemoryOutput implements DetectorOutput {

  private final Map<SeriesId, TreeMap<Long, byte[]>> rows = new HashMap<>();
  private final Map<EpisodeSubject, byte[]> episodes = new HashMap<>();
  private final Map<EpisodeSubject, byte[]> states = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private int rowsSaved;

  /** Restores a new detector, as a restart does. */
  public <D extends WindowDetector> D restored(D created) {
    rows.forEach(
        (series, saved) ->
            saved.forEach((startMs, row) -> created.restoreRow(series, startMs, row)));
    created.rowsRestored();
    episodes.forEach(
        (subject, bytes) -> created.restoreEpisode(subject, EpisodeCodec.decode(bytes)));
    states.forEach(created::restoreState);
    return created;
  }

  public List<Finding> findings() {
    return findings;
  }

  /** The newest row of a series. */
  public byte[] latestRow(SeriesId series) {
    return rows.get(series).lastEntry().getValue();
  }

  public Map<EpisodeSubject, byte[]> episodes() {
    return episodes;
  }

  public Map<EpisodeSubject, byte[]> states() {
    return states;
  }

  /** Rows that were saved so far. */
  public int rowsSaved() {
    return rowsSaved;
  }

  @Override
  public void saveRow(SeriesId series, long startMs, byte[] row) {
    rows.computeIfAbsent(series, s -> new TreeMap<>()).put(startMs, row);
    rowsSaved++;
  }

  @Override
  public void saveEpisode(EpisodeSubject subject, Episode episode) {
    if (episode instanceof Episode.Open open) {
      episodes.put(subject, EpisodeCodec.encode(open));
    } else if (episode instanceof Episode.Pending pending) {
      episodes.put(subject, EpisodeCodec.encode(pending));
    } else {
      episodes.remove(subject);
    }
  }

  @Override
  public void saveState(EpisodeSubject subject, byte @Nullable [] state) {
    if (state == null) {
      states.remove(subject);
    } else {
      states.put(subject, state);
    }
  }

  @Override
  public void publish(Finding finding) {
    findings.add(finding);
  }

  @Override
  public boolean isPublished(Finding finding) {
    return findings.stream().anyMatch(each -> each.anomalyId().equals(finding.anomalyId()));
  }
}
