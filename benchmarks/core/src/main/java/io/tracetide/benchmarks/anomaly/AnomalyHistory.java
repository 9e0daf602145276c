package io.tracetide.benchmarks.anomaly;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The records of anomalies that one run has published for the windows of its load, each anomaly's
 * in their order. Records of later windows depend on when the run ended, and are left out.
 */
public final class AnomalyHistory {
  private final Instant until;
  private final int revisedWindows;
  private final Map<String, List<Published>> byId = new TreeMap<>();
  private int records;

  /** A record, with its bytes. */
  private record Published(Anomaly anomaly, ByteBuffer bytes) {}

  /**
   * Starts without records.
   *
   * @param until end of the last window of the load
   * @param revisedWindows windows that were published again because spans were late
   */
  public AnomalyHistory(Instant until, int revisedWindows) {
    this.until = until;
    this.revisedWindows = revisedWindows;
  }

  /** Number of windows that were published again because spans were late. */
  public int revisedWindows() {
    return revisedWindows;
  }

  /** Adds a record; records of an anomaly come in their order. */
  public void add(Anomaly anomaly, byte[] value) {
    if (!anomaly.getWindowEnd().isAfter(until)) {
      byId.computeIfAbsent(anomaly.getAnomalyId(), id -> new ArrayList<>())
          .add(new Published(anomaly, ByteBuffer.wrap(value)));
      records++;
    }
  }

  /** Number of anomalies. */
  public int anomalies() {
    return byId.size();
  }

  /** Number of records. */
  public int records() {
    return records;
  }

  /** SHA-256 of all records, in the order of the anomalies' ids. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byId.values()
          .forEach(all -> all.forEach(record -> digest.update(record.bytes().duplicate())));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * The difference from another run.
   *
   * @param lost anomalies that the other run has and this one does not
   * @param additional anomalies that only this run has
   * @param doubled records with a revision that this run has already published
   * @param reopened anomalies that this run continued after it had resolved them
   * @param different anomalies of both runs whose bytes are not equal
   */
  public record Difference(int lost, int additional, int doubled, int reopened, int different) {

    /** Whether both are equal in all bytes. */
    public boolean isNone() {
      return lost + additional + doubled + reopened + different == 0;
    }
  }

  /** Compares these records with those of another run. */
  public Difference from(AnomalyHistory other) {
    int lost = 0;
    int different = 0;
    for (Map.Entry<String, List<Published>> expected : other.byId.entrySet()) {
      List<Published> mine = byId.get(expected.getKey());
      if (mine == null) {
        lost++;
      } else if (!bytes(mine).equals(bytes(expected.getValue()))) {
        different++;
      }
    }
    Set<String> additional = new HashSet<>(byId.keySet());
    additional.removeAll(other.byId.keySet());
    int doubled = 0;
    int reopened = 0;
    for (List<Published> mine : byId.values()) {
      doubled += doubled(mine);
      reopened += isReopened(mine) ? 1 : 0;
    }
    return new Difference(lost, additional.size(), doubled, reopened, different);
  }

  /** Ids of the anomalies that only one of the runs has, or whose records differ. */
  public List<String> differing(AnomalyHistory other) {
    Set<String> ids = new HashSet<>(byId.keySet());
    ids.addAll(other.byId.keySet());
    return ids.stream()
        .filter(
            id ->
                !bytes(byId.getOrDefault(id, List.of()))
                    .equals(bytes(other.byId.getOrDefault(id, List.of()))))
        .sorted()
        .toList();
  }

  /** The records of an anomaly, as text. */
  public List<String> describe(String id) {
    return byId.getOrDefault(id, List.of()).stream()
        .map(record -> record.anomaly().toString())
        .toList();
  }

  private static List<ByteBuffer> bytes(List<Published> records) {
    return records.stream().map(Published::bytes).toList();
  }

  private static int doubled(List<Published> records) {
    Map<Integer, Integer> revisions = new HashMap<>();
    records.forEach(record -> revisions.merge(record.anomaly().getRevision(), 1, Integer::sum));
    return revisions.values().stream().mapToInt(times -> times - 1).sum();
  }

  private static boolean isReopened(List<Published> records) {
    boolean resolved = false;
    for (Published record : records) {
      boolean resolves = record.anomaly().getState() == AnomalyState.RESOLVED;
      if (resolved && !resolves) {
        return true;
      }
      resolved |= resolves;
    }
    return false;
  }
}
