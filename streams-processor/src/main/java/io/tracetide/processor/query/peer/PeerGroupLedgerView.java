package io.tracetide.processor.query.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.peer.PartitionOwners.Owners;
import io.tracetide.processor.query.peer.message.PartitionTraces;
import io.tracetide.processor.query.peer.message.TraceCountsQuestion;
import io.tracetide.processor.query.peer.message.TraceQuestion;
import io.tracetide.processor.query.peer.message.TracesQuestion;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.trace.ScanLimits;
import io.tracetide.processor.query.trace.ScanPosition;
import io.tracetide.processor.query.trace.TraceCriteria;
import io.tracetide.processor.query.trace.TraceScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Traces of all instances. One trace is asked of the owner of its partition, counts of all peers at
 * once, and a page of partition after partition, for most pages are full before the last one.
 */
final class PeerGroupLedgerView implements LedgerView {
  /** Traces that a peer looks at for one question, so that it answers in time. */
  private static final int MOST_READ_AT_ONCE = 10_000;

  private final LedgerPartitions partitions;
  private final PartitionOwners owners;
  private final PeerClient client;
  private final PeerWarnings troubles;
  private final PeerMetrics metrics;

  PeerGroupLedgerView(
      LedgerPartitions partitions,
      PartitionOwners owners,
      PeerClient client,
      PeerWarnings troubles,
      PeerMetrics metrics) {
    this.partitions = partitions;
    this.owners = owners;
    this.client = client;
    this.troubles = troubles;
    this.metrics = metrics;
  }

  @Override
  public Optional<TraceSnapshot> find(String tenant, String traceId) {
    SortedMap<Integer, LedgerPartition> here = partitions.held();
    Owners all = owners.owners();
    if (all.partitions() == 0) {
      throw new StoresUnavailableException("It is not known yet who holds the partitions.");
    }
    int partition = partitionOf(traceId, all.partitions());
    LedgerPartition held = here.get(partition);
    if (held != null) {
      try {
        return Optional.ofNullable(held.find(tenant, traceId));
      } catch (InvalidStateStoreException e) {
        throw movedAway(e);
      }
    }
    String host = ReadPlan.owner(partition, all);
    List<Optional<TraceSnapshot>> answers = new ArrayList<>();
    try (FanOut<Optional<TraceSnapshot>> peer =
        new FanOut<>(
            Map.of(host, List.of(partition)),
            (to, of) ->
                client.ask(
                    to,
                    PeerServer.TRACE,
                    new TraceQuestion(of, client.maxAnswerBytes(), tenant, traceId).encode()),
            PartitionTraces::one,
            troubles,
            metrics)) {
      List<String> missing = peer.drain(answers::add, PeerGroup::isGivenUp);
      if (!missing.isEmpty()) {
        throw new StoresUnavailableException(
            "Whether there is such a trace is known by %s alone, which does not answer."
                .formatted(host),
            missing);
      }
    }
    return answers.get(0);
  }

  /** As Kafka's own producers choose it by the record's key. */
  static int partitionOf(String traceId, int partitions) {
    return Utils.toPositive(Utils.murmur2(traceId.getBytes(UTF_8))) % partitions;
  }

  @Override
  public Page page(
      TraceCriteria filter, ScanPosition from, ScanLimits limits, CancellationCheck patience) {
    SortedMap<Integer, LedgerPartition> here = partitions.held();
    Owners all = owners.owners();
    Map<String, List<Integer>> elsewhere = ReadPlan.elsewhere(here.keySet(), all);
    if (here.isEmpty() && elsewhere.isEmpty()) {
      throw new StoresUnavailableException("It is not known yet who holds the partitions.");
    }
    List<TraceSnapshot> traces = new ArrayList<>();
    SortedSet<String> missing = new TreeSet<>();
    ScanLimits left = limits;
    ScanPosition place = from;
    while (place.partition() < all.partitions()) {
      int partition = place.partition();
      LedgerPartition held = here.get(partition);
      ScanLimits asked = held == null ? atOnce(left) : left;
      TraceScan.Found found =
          held == null
              ? ask(ReadPlan.owner(partition, all), place, asked, filter, missing)
              : read(held, place, asked, filter, patience);
      if (found == null || found.exhausted()) {
        place = ScanPosition.beginning(partition + 1);
      } else {
        place = new ScanPosition(partition, found.position());
      }
      if (found != null) {
        traces.addAll(found.traces());
        left = left.after(found);
        boolean enough = found.read() < asked.read() || left.read() == 0;
        if ((!found.exhausted() && enough) || left.bytes() == 0) {
          return new Page(traces, Optional.of(place), List.copyOf(missing));
        }
      }
    }
    return new Page(traces, Optional.empty(), List.copyOf(missing));
  }

  private static ScanLimits atOnce(ScanLimits left) {
    return new ScanLimits(
        left.traces(),
        left.steps(),
        Math.min(left.read(), MOST_READ_AT_ONCE),
        left.bytes(),
        left.traceBytes());
  }

  private static TraceScan.Found read(
      LedgerPartition held,
      ScanPosition from,
      ScanLimits limits,
      TraceCriteria filter,
      CancellationCheck patience) {
    try {
      return TraceScan.read(held, filter, from.position(), limits, patience);
    } catch (InvalidStateStoreException e) {
      throw movedAway(e);
    }
  }

  /** Returns null, and names the host, when it does not answer. */
  private TraceScan.@Nullable Found ask(
      String host,
      ScanPosition from,
      ScanLimits limits,
      TraceCriteria filter,
      SortedSet<String> missing) {
    List<TraceScan.Found> answers = new ArrayList<>();
    try (FanOut<TraceScan.Found> peer =
        new FanOut<>(
            Map.of(host, List.of(from.partition())),
            (to, partition) ->
                client.ask(
                    to,
                    PeerServer.TRACES,
                    new TracesQuestion(
                            from,
                            client.maxAnswerBytes(),
                            limits.within(client.maxAnswerBytes()),
                            filter)
                        .encode()),
            PartitionTraces::found,
            troubles,
            metrics)) {
      missing.addAll(peer.drain(answers::add, PeerGroup::isGivenUp));
    }
    return answers.isEmpty() ? null : answers.get(0);
  }

  @Override
  public List<String> counts(LedgerPartition.CountReader reader) {
    SortedMap<Integer, LedgerPartition> here = partitions.held();
    Map<String, List<Integer>> elsewhere = ReadPlan.elsewhere(here.keySet(), owners.owners());
    try (FanOut<List<PartitionTraces.Count>> peers =
        new FanOut<>(
            elsewhere,
            (host, partition) ->
                client.ask(
                    host,
                    PeerServer.TRACE_COUNTS,
                    new TraceCountsQuestion(partition, client.maxAnswerBytes()).encode()),
            PartitionTraces::counts,
            troubles,
            metrics)) {
      here.values().forEach(held -> held.counts(reader));
      return peers.drain(
          counts ->
              counts.forEach(
                  count ->
                      reader.read(
                          count.tenant(), count.service(), count.inFlight(), count.stuck())),
          PeerGroup::isGivenUp);
    } catch (InvalidStateStoreException e) {
      throw movedAway(e);
    }
  }

  private static StoresUnavailableException movedAway(InvalidStateStoreException e) {
    return new StoresUnavailableException("A partition moved away while it was read.", e);
  }
}
