package io.tracetide.standalone.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and aborts transactions that are open in a partition but unknown to their coordinator.
 *
 * <p>A power loss can delete the last marker of a partition but keep the coordinator's entry that
 * the transaction is complete. Such a transaction never ends, and every consumer with {@code
 * read_committed} waits for it: the restoring of state and the reading of group offsets.
 *
 * <p>To be used before any client writes, because the partition may have a new transaction shortly
 * before its coordinator.
 */
public final class HangingTransactions {
  private static final Logger log = LoggerFactory.getLogger(HangingTransactions.class);
  private static final String COORDINATOR_LOG = "__transaction_state";

  private final Admin admin;
  private final long timeoutMillis;

  /**
   * Transactions of a broker.
   *
   * @param timeout for each request
   */
  public HangingTransactions(Admin admin, Duration timeout) {
    this.admin = admin;
    this.timeoutMillis = timeout.toMillis();
  }

  private record Open(TopicPartition partition, ProducerState producer) {

    boolean isSameAs(Open other) {
      return partition.equals(other.partition)
          && producer.producerId() == other.producer.producerId()
          && producer
              .currentTransactionStartOffset()
              .equals(other.producer.currentTransactionStartOffset());
    }
  }

  /**
   * Aborts hanging transactions. One that is known to its coordinator is not aborted: the
   * coordinator completes it or ends it after its timeout.
   *
   * <p>A failure to describe transactions does not prevent the start: restoring reports what it
   * waits for.
   *
   * @return the number of aborted transactions
   */
  public int abort() {
    try {
      return abortUnknown();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("hanging transactions not searched", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private int abortUnknown() throws InterruptedException, ExecutionException, TimeoutException {
    List<Open> open = open();
    if (open.isEmpty()) {
      return 0;
    }
    awaitCoordinator();
    Map<Long, TransactionDescription> known = known(open);
    List<Open> unknown = open.stream().filter(one -> !isKnown(one, known)).toList();
    if (unknown.isEmpty()) {
      return 0;
    }
    // A coordinator that has read its log completes the prepared transactions. The complete ones
    // have their markers, so a transaction that is still open hangs.
    List<Open> still = open();
    int aborted = 0;
    for (Open one : unknown) {
      if (still.stream().anyMatch(one::isSameAs)) {
        abort(one);
        aborted++;
      }
    }
    return aborted;
  }

  /**
   * Waits until the coordinator has read its log; before that it has no transactions. Only then it
   * responds that this transactional id does not exist. The embedded broker has one partition of
   * that log.
   */
  private void awaitCoordinator()
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      get(admin.describeTransactions(List.of("tracetide")).all());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TransactionalIdNotFoundException)) {
        throw e;
      }
    }
  }

  private List<Open> open() throws InterruptedException, ExecutionException, TimeoutException {
    Set<String> topics = get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
    List<TopicPartition> partitions = new ArrayList<>();
    for (TopicDescription topic : get(admin.describeTopics(topics).allTopicNames()).values()) {
      if (!topic.name().equals(COORDINATOR_LOG)) {
        topic
            .partitions()
            .forEach(
                partition ->
                    partitions.add(new TopicPartition(topic.name(), partition.partition())));
      }
    }
    Map<TopicPartition, PartitionProducerState> states =
        get(admin.describeProducers(partitions).all());
    List<Open> open = new ArrayList<>();
    states.forEach(
        (partition, state) ->
            state.activeProducers().stream()
                .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                .forEach(producer -> open.add(new Open(partition, producer))));
    return open;
  }

  /** Transactions of the coordinators, by producer id. */
  private Map<Long, TransactionDescription> known(List<Open> open)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<Long> producers = open.stream().map(one -> one.producer.producerId()).distinct().toList();
    Collection<TransactionListing> listed =
        get(
            admin
                .listTransactions(new ListTransactionsOptions().filterProducerIds(producers))
                .all());
    List<String> ids = listed.stream().map(TransactionListing::transactionalId).toList();
    Map<Long, TransactionDescription> known = new HashMap<>();
    if (!ids.isEmpty()) {
      get(admin.describeTransactions(ids).all())
          .values()
          .forEach(transaction -> known.put(transaction.producerId(), transaction));
    }
    return known;
  }

  private static boolean isKnown(Open one, Map<Long, TransactionDescription> known) {
    TransactionDescription transaction = known.get(one.producer.producerId());
    return transaction != null
        && Set.of(
                TransactionState.ONGOING,
                TransactionState.PREPARE_ABORT,
                TransactionState.PREPARE_COMMIT,
                TransactionState.PREPARE_EPOCH_FENCE)
            .contains(transaction.state())
        && transaction.topicPartitions().contains(one.partition);
  }

  private void abort(Open one) throws InterruptedException, ExecutionException, TimeoutException {
    get(
        admin
            .abortTransaction(
                new AbortTransactionSpec(
                    one.partition,
                    one.producer.producerId(),
                    (short) one.producer.producerEpoch(),
                    one.producer.coordinatorEpoch().orElse(0)))
            .all());
    log.warn(
        "hanging transaction aborted, its records in this partition are dropped partition={}"
            + " offset={} producer={}",
        one.partition,
        one.producer.currentTransactionStartOffset().orElse(-1),
        one.producer.producerId());
  }

  private <T> T get(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(timeoutMillis, TimeUnit.MILLISECONDS);
  }
}
