package io.tracetide.processor.query.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.peer.PartitionOwners.Owners;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.processor.query.peer.message.RequestRecords;
import io.tracetide.processor.query.peer.message.TraceRecords;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.trace.ScanLimits;
import io.tracetide.processor.query.trace.ScanPosition;
import io.tracetide.processor.query.trace.TraceCriteria;
import io.tracetide.processor.query.trace.TraceScan;
import io.tracetide.schemas.peer.TraceCountsRequest;
import io.tracetide.schemas.peer.TraceCountsResponse;
import io.tracetide.schemas.peer.TraceRequest;
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
 * Traces of all instances. One trace is requested from the owner of its partition, counts from all
 * peers at once, and a page from partition after partition: most pages are full before the last
 * one.
 */
final class PeerGroupLedgerView implements LedgerView {
  /** Traces that a peer reads for one request, so that it responds in time. */
  private static final int MAX_READ = 10_000;

  private final LedgerPartitions partitions;
  private final PartitionOwners owners;
  private final Peers peers;

  PeerGroupLedgerView(LedgerPartitions partitions, PartitionOwners owners, Peers peers) {
    this.partitions = partitions;
    this.owners = owners;
    this.peers = peers;
  }

  @Override
  public Optional<TraceSnapshot> find(String tenant, String traceId) {
    SortedMap<Integer, LedgerPartition> here = partitions.held();
    Owners all = owners.owners();
    if (all.partitions() == 0) {
      throw StoresUnavailableException.unassigned();
    }
    int partition = partitionOf(traceId, all.partitions());
    LedgerPartition held = here.get(partition);
    if (held != null) {
      try {
        return Optional.ofNullable(held.find(tenant, traceId));
      } catch (InvalidStateStoreException e) {
        throw StoresUnavailableException.reassigned(e);
      }
    }
    String host = ReadPlan.owner(partition, all);
    List<Optional<TraceSnapshot>> answers = new ArrayList<>();
    try (FanOut<Optional<TraceSnapshot>> remote =
        peers.request(
            Map.of(host, List.of(partition)),
            PeerServer.TRACE,
            of ->
                MessageFormat.TRACE_REQUEST.encode(
                    new TraceRequest(of, peers.maxAnswerBytes(), tenant, traceId)),
            (message, of) ->
                Optional.ofNullable(MessageFormat.TRACE_RESPONSE.decode(message, of).getTrace())
                    .map(TraceRecords::snapshot))) {
      List<String> missing = remote.drain(answers::add, PeerGroup::isCancelled);
      if (!missing.isEmpty()) {
        throw new StoresUnavailableException(
            "The trace can be in the partition of %s only, which does not respond.".formatted(host),
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
      TraceCriteria criteria,
      ScanPosition from,
      ScanLimits limits,
      CancellationCheck cancellation) {
    SortedMap<Integer, LedgerPartition> here = partitions.held();
    Owners all = owners.owners();
    Map<String, List<Integer>> elsewhere = ReadPlan.elsewhere(here.keySet(), all);
    if (here.isEmpty() && elsewhere.isEmpty()) {
      throw StoresUnavailableException.unassigned();
    }
    List<TraceSnapshot> traces = new ArrayList<>();
    SortedSet<String> missing = new TreeSet<>();
    ScanLimits left = limits;
    ScanPosition position = from;
    while (position.partition() < all.partitions()) {
      int partition = position.partition();
      LedgerPartition held = here.get(partition);
      ScanLimits bounded = held == null ? atOnce(left) : left;
      TraceScan.Found found =
          held == null
              ? request(ReadPlan.owner(partition, all), position, bounded, criteria, missing)
              : read(held, position, bounded, criteria, cancellation);
      if (found == null || found.exhausted()) {
        position = ScanPosition.beginning(partition + 1);
      } else {
        position = new ScanPosition(partition, found.position());
      }
      if (found != null) {
        traces.addAll(found.traces());
        left = left.after(found);
        boolean enough = found.read() < bounded.read() || left.read() == 0;
        if ((!found.exhausted() && enough) || left.bytes() == 0) {
          return new Page(traces, Optional.of(position), List.copyOf(missing));
        }
      }
    }
    return new Page(traces, Optional.empty(), List.copyOf(missing));
  }

  private static ScanLimits atOnce(ScanLimits left) {
    return new ScanLimits(
        left.traces(),
        left.steps(),
        Math.min(left.read(), MAX_READ),
        left.bytes(),
        left.traceBytes());
  }

  private static TraceScan.Found read(
      LedgerPartition held,
      ScanPosition from,
      ScanLimits limits,
      TraceCriteria criteria,
      CancellationCheck cancellation) {
    try {
      return TraceScan.read(held, criteria, from.position(), limits, cancellation);
    } catch (InvalidStateStoreException e) {
      throw StoresUnavailableException.reassigned(e);
    }
  }

  /** Returns null, and adds the host to {@code missing}, when it does not respond. */
  private TraceScan.@Nullable Found request(
      String host,
      ScanPosition from,
      ScanLimits limits,
      TraceCriteria criteria,
      SortedSet<String> missing) {
    int maxBytes = peers.maxAnswerBytes();
    List<TraceScan.Found> answers = new ArrayList<>();
    try (FanOut<TraceScan.Found> remote =
        peers.request(
            Map.of(host, List.of(from.partition())),
            PeerServer.TRACES,
            partition ->
                MessageFormat.TRACES_REQUEST.encode(
                    RequestRecords.traces(from, maxBytes, limits.within(maxBytes), criteria)),
            (message, partition) ->
                RequestRecords.found(MessageFormat.TRACES_RESPONSE.decode(message, partition)))) {
      missing.addAll(remote.drain(answers::add, PeerGroup::isCancelled));
    }
    return answers.isEmpty() ? null : answers.get(0);
  }

  @Override
  public List<String> counts(LedgerPartition.CountReader reader) {
    SortedMap<Integer, LedgerPartition> here = partitions.held();
    Map<String, List<Integer>> elsewhere = ReadPlan.elsewhere(here.keySet(), owners.owners());
    try (FanOut<TraceCountsResponse> remote =
        peers.request(
            elsewhere,
            PeerServer.TRACE_COUNTS,
            partition ->
                MessageFormat.TRACE_COUNTS_REQUEST.encode(
                    new TraceCountsRequest(partition, peers.maxAnswerBytes())),
            MessageFormat.TRACE_COUNTS_RESPONSE::decode)) {
      here.values().forEach(held -> held.counts(reader));
      return remote.drain(
          answer ->
              answer
                  .getCounts()
                  .forEach(
                      count ->
                          reader.read(
                              count.getTenant(),
                              count.getService(),
                              count.getInFlight(),
                              count.getStuck())),
          PeerGroup::isCancelled);
    } catch (InvalidStateStoreException e) {
      throw StoresUnavailableException.reassigned(e);
    }
  }
}
