package io.tracetide.processor.query.store;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/** Partitions of the ledger in a running Kafka Streams application. */
public final class KafkaStreamsLedgers implements LedgerPartitions {
  private final LocalTasks tasks;
  private final String topic;
  private final IntFunction<@Nullable LedgerPartition> open;
  private final RestoreProgress progress;

  /**
   * Partitions of the tasks of {@code streams}.
   *
   * @param topic input whose partitions the ledger follows
   * @param open the ledger of a partition; null when it is not kept here now
   * @param progress progress of the restoration in {@code streams}
   */
  public KafkaStreamsLedgers(
      KafkaStreams streams,
      String topic,
      IntFunction<@Nullable LedgerPartition> open,
      RestoreProgress progress) {
    this.tasks = new LocalTasks(streams, progress);
    this.topic = topic;
    this.open = open;
    this.progress = progress;
  }

  @Override
  public SortedMap<Integer, LedgerPartition> held() {
    tasks.checkRunning();
    SortedMap<Integer, LedgerPartition> held = new TreeMap<>();
    try {
      tasks.partitions(topic::equals).forEach(partition -> held.put(partition, ledger(partition)));
    } catch (InvalidStateStoreException | IllegalStateException e) {
      throw StoresUnavailableException.stopped(e);
    }
    return held;
  }

  private LedgerPartition ledger(int partition) {
    @Nullable LedgerPartition ledger = open.apply(partition);
    if (ledger == null) {
      throw new StoresUnavailableException(
          "The traces of partition %d are being reassigned.%s"
              .formatted(partition, progress.sentence()));
    }
    return ledger;
  }
}
