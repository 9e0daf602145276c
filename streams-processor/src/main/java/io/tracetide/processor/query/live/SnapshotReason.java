package io.tracetide.processor.query.live;

/** Why a client gets a snapshot. */
final class SnapshotReason {
  static final String SUBSCRIBED = "subscribed";

  /** Partitions were assigned to other instances, or too many changes came at once. */
  static final String REASSIGNED = "reassigned";

  /** A part of the state could not be read for a while. */
  static final String NOT_READ = "not_read";

  private SnapshotReason() {}
}
