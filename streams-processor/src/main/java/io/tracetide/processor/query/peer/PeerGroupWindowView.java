package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.processor.query.peer.message.PartitionWindows;
import io.tracetide.processor.query.peer.message.RequestRecords;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.peer.WindowDetail;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Windows of all instances: peers respond while the local partitions are read. */
final class PeerGroupWindowView implements WindowView {
  private final LocalStores local;
  private final PartitionOwners owners;
  private final Peers peers;

  PeerGroupWindowView(LocalStores local, PartitionOwners owners, Peers peers) {
    this.local = local;
    this.owners = owners;
    this.peers = peers;
  }

  @Override
  public Coverage read(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, reader, WindowDetail.SERIES);
  }

  @Override
  public Coverage readNames(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, reader, WindowDetail.NAMES);
  }

  @Override
  public Coverage readTotals(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, reader, WindowDetail.TOTALS);
  }

  private Coverage read(
      WindowTier tier,
      long fromMs,
      long toMs,
      Scope scope,
      Consumer<StoredWindow> reader,
      WindowDetail detail) {
    ReadPlan plan = ReadPlan.of(local.partitions().holdings(), owners.owners());
    try (FanOut<PartitionWindows> remote =
        peers.request(
            plan.elsewhere(),
            PeerServer.WINDOWS,
            partition ->
                MessageFormat.WINDOWS_REQUEST.encode(
                    RequestRecords.windows(
                        partition,
                        peers.maxAnswerBytes(),
                        tier.name(),
                        fromMs,
                        toMs,
                        scope,
                        detail)),
            PartitionWindows::decode)) {
      Extent extent = new Extent();
      WindowView here = local.windows().apply(plan::local);
      extent.add(read(here, detail, tier, fromMs, toMs, scope, reader));
      List<String> missing =
          remote.drain(
              answer -> {
                answer.forEach(reader);
                extent.add(answer.coverage());
              },
              PeerGroup::isCancelled);
      return new Coverage(missing, extent.slowest, extent.fastest);
    }
  }

  /** Reads the requested detail from a view. */
  static Coverage read(
      WindowView view,
      WindowDetail detail,
      WindowTier tier,
      long fromMs,
      long toMs,
      Scope scope,
      Consumer<StoredWindow> reader) {
    return switch (detail) {
      case SERIES -> view.read(tier, fromMs, toMs, scope, reader);
      case NAMES -> view.readNames(tier, fromMs, toMs, scope, reader);
      case TOTALS -> view.readTotals(tier, fromMs, toMs, scope, reader);
    };
  }

  /** How far the partitions that were read have closed their windows. */
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
