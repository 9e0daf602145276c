package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.peer.message.PartitionWindows;
import io.tracetide.processor.query.peer.message.WindowsQuestion;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowTier;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/** Windows of all instances: peers are asked, and read here meanwhile. */
final class PeerGroupWindowView implements WindowView {
  private final StorePartitions partitions;
  private final PartitionOwners owners;
  private final Function<StorePartitions, WindowView> local;
  private final PeerClient client;
  private final PeerWarnings troubles;
  private final PeerMetrics metrics;

  PeerGroupWindowView(
      StorePartitions partitions,
      PartitionOwners owners,
      Function<StorePartitions, WindowView> local,
      PeerClient client,
      PeerWarnings troubles,
      PeerMetrics metrics) {
    this.partitions = partitions;
    this.owners = owners;
    this.local = local;
    this.client = client;
    this.troubles = troubles;
    this.metrics = metrics;
  }

  @Override
  public Coverage read(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, reader, false);
  }

  @Override
  public Coverage readNames(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, reader, true);
  }

  private Coverage read(
      WindowTier tier,
      long fromMs,
      long toMs,
      Scope scope,
      Consumer<StoredWindow> reader,
      boolean namesOnly) {
    ReadPlan plan = ReadPlan.of(partitions.holdings(), owners.owners());
    try (FanOut<PartitionWindows> peers =
        new FanOut<>(
            plan.elsewhere(),
            (host, partition) ->
                client.ask(
                    host,
                    PeerServer.WINDOWS,
                    new WindowsQuestion(
                            partition,
                            client.maxAnswerBytes(),
                            tier.name(),
                            fromMs,
                            toMs,
                            scope,
                            namesOnly)
                        .encode()),
            PartitionWindows::decode,
            troubles,
            metrics)) {
      Extent extent = new Extent();
      WindowView here = local.apply(plan::local);
      extent.add(
          namesOnly
              ? here.readNames(tier, fromMs, toMs, scope, reader)
              : here.read(tier, fromMs, toMs, scope, reader));
      List<String> missing =
          peers.drain(
              answer -> {
                answer.forEach(reader);
                extent.add(answer.coverage());
              },
              PeerGroup::isGivenUp);
      return new Coverage(missing, extent.slowest, extent.fastest);
    }
  }

  /** How far the partitions have closed, as far as they were read. */
  private static final class Extent {
    private OptionalLong slowest = OptionalLong.empty();
    private OptionalLong fastest = OptionalLong.empty();

    void add(Coverage coverage) {
      coverage
          .slowestCloseMs()
          .ifPresent(
              close -> slowest = OptionalLong.of(Math.min(close, slowest.orElse(Long.MAX_VALUE))));
      coverage
          .fastestCloseMs()
          .ifPresent(
              close -> fastest = OptionalLong.of(Math.max(close, fastest.orElse(Long.MIN_VALUE))));
    }
  }
}
