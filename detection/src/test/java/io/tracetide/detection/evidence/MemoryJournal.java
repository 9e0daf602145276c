package io.tracetide.detection.evidence;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A journal in memory, which keeps the latest inputs of each series. */
final class MemoryJournal implements EvidenceJournal {
  private final Map<String, Deque<byte[]>> inputs = new TreeMap<>();
  final Map<String, byte[]> states = new TreeMap<>();
  private final Map<String, byte[]> shared = new TreeMap<>();

  /** The latest one, if there is one. */
  private List<byte[]> calibration = List.of();

  @Override
  public void putInput(String series, long window, byte[] input) {
    Deque<byte[]> kept = inputs.computeIfAbsent(series, s -> new ArrayDeque<>());
    kept.add(input);
    if (kept.size() > EvidenceDetector.KEPT_INPUTS) {
      kept.remove();
    }
  }

  @Override
  public void putState(String series, byte[] state) {
    states.put(series, state);
  }

  @Override
  public void putShared(String series, byte[] value) {
    shared.put(series, value);
  }

  @Override
  public void putCalibration(byte[] value) {
    calibration = List.of(value);
  }

  @Override
  public void delete(String series) {
    inputs.remove(series);
    states.remove(series);
    shared.remove(series);
  }

  /** A detector with the state in this journal, to which it writes. */
  EvidenceDetector restore(EvidenceSettings settings) {
    EvidenceDetector detector = new EvidenceDetector(settings, this, EvidenceDetectorTest.SEED);
    states.forEach(detector::restoreState);
    inputs.forEach((series, all) -> all.forEach(one -> detector.restoreInput(series, one)));
    detector.statesRestored();
    shared.forEach(detector::restoreShared);
    calibration.forEach(detector::restoreCalibration);
    return detector;
  }
}
