package io.tracetide.processor.exposition;

/** Port: current numbers of the partitions that this process holds. */
public interface LocalGauges {

  /**
   * Returns when this process may speak for its partitions.
   *
   * @throws io.tracetide.processor.query.store.StoresUnavailableException while it is starting or
   *     stopping, or when the group may have given its partitions to another instance
   */
  void checkServing();

  /** Receives the traces in flight of one service in one partition. */
  @FunctionalInterface
  interface TraceReader {
    void read(int partition, String tenant, String service, long inFlight, long stuck);
  }

  /** Receives one open anomaly. */
  @FunctionalInterface
  interface AnomalyReader {
    void read(int partition, String tenant, String service, String severity);
  }

  /** Receives the records of one partition of a topic that are not read yet. */
  @FunctionalInterface
  interface LagReader {
    void read(String topic, int partition, double records);
  }

  /** Reads the traces in flight; nothing while partitions are assigned. */
  void traces(TraceReader reader);

  /** Reads the open anomalies; nothing of partitions that are assigned just now. */
  void anomalies(AnomalyReader reader);

  /** Reads the lag of the consumers. */
  void lag(LagReader reader);
}
