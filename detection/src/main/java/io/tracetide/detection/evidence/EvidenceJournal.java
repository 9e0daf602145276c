package io.tracetide.detection.evidence;

/**
 * Receives the state of an {@link EvidenceDetector}, in the call in which it changed. A detector
 * that gets all of it back continues as if it had not been interrupted.
 *
 * <p>The state of a series is about 21 KiB and changes in every window, so it is written once in
 * {@link EvidenceDetector#BETWEEN_STATES} windows, each series in another one of them; the inputs
 * of the windows since then, about 140 bytes each, repeat the changes. Equal states have equal
 * bytes.
 */
public interface EvidenceJournal {

  /** Discards everything. */
  EvidenceJournal NONE =
      new EvidenceJournal() {
        @Override
        public void putInput(String series, long window, byte[] input) {}

        @Override
        public void putState(String series, byte[] state) {}

        @Override
        public void putShared(String series, byte[] shared) {}

        @Override
        public void putCalibration(byte[] calibration) {}

        @Override
        public void delete(String series) {}
      };

  /** Saves an input of a series; the latest {@link EvidenceDetector#KEPT_INPUTS} are needed. */
  void putInput(String series, long window, byte[] input);

  /** Saves the state of a series; it replaces the one before. */
  void putState(String series, byte[] state);

  /** Saves what a series has in common with others; it replaces the value before. */
  void putShared(String series, byte[] shared);

  /** Saves the calibration of the tenant, about half a KiB; it replaces the value before. */
  void putCalibration(byte[] calibration);

  /** Deletes everything of a series. */
  void delete(String series);
}
