package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.EvidenceJournal;
import io.tracetide.processor.detection.silence.SilenceDetector;

/** Receives the state of {@link EvidenceWindows}, in the call in which it changed. */
public interface EvidenceStorage {

  /** The journal of a tenant's detector. */
  EvidenceJournal journal(String tenant);

  /**
   * Saves a batch until its window is complete.
   *
   * @param number number of the batch among those of its window that wait, from 0
   */
  void putWaiting(SampleBatch batch, int number);

  void deleteWaiting(SampleBatch batch, int number);

  /** Saves the latest window of a partition that has sent batches of the tenant. */
  void putReceived(String tenant, int partition, long window);

  void deleteReceived(String tenant, int partition);

  /** Where the detector of silence of a tenant saves its services. */
  SilenceDetector.Storage silence(String tenant);
}
