package io.tracetide.processor.query.live;

import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.live.config.LiveConfig;
import io.tracetide.processor.query.live.view.DecodedSeries;
import io.tracetide.processor.query.live.view.LiveView;
import io.tracetide.processor.query.live.view.LiveViews;
import io.tracetide.processor.query.live.view.SharedChange;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.UnknownTenantException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the changes of all instances to the clients that have subscribed to them. A change is
 * offered to the channels of its tenant and service, serialised once, and becomes part of one
 * update of each channel, which all clients of the channel share. One thread calls all methods.
 */
final class LiveBroker implements ChannelReads.Listener {
  private static final Logger log = LoggerFactory.getLogger(LiveBroker.class);
  private static final long BETWEEN_CHECKS_MS = 250;
  private static final long BETWEEN_COMPLAINTS_MS = 10_000;

  /** Time for an assignment of partitions to become stable before the state is read again. */
  private static final long SETTLING_MS = 1_000;

  private final LiveConfig config;
  private final LiveViews views;
  private final ChangeSource source;
  private final LiveMetrics metrics;
  private final DecodedSeries names = new DecodedSeries();
  private final Channels channels;
  private final ChannelReads reads;
  private final Set<LiveConnection> connections = new LinkedHashSet<>();
  private final Set<LiveConnection> toPump = new LinkedHashSet<>();
  private final Map<Kind, Break> breaks = new EnumMap<>(Kind.class);
  private long nowMs;
  private long checkedMs;
  private long complainedMs;

  /** When changes of one kind may have been lost last. */
  private static final class Break {
    private long number;
    private long atMs = Long.MAX_VALUE;
  }

  /**
   * A broker without connections.
   *
   * @param readers runs reads that block
   * @param broker runs tasks in the thread of this broker
   */
  LiveBroker(
      LiveConfig config,
      LiveViews views,
      ChangeSource source,
      LiveMetrics metrics,
      Executor readers,
      Executor broker) {
    this.config = config;
    this.views = views;
    this.source = source;
    this.metrics = metrics;
    this.channels = new Channels(config, metrics);
    this.reads = new ChannelReads(readers, broker, this);
    for (Kind kind : Kind.values()) {
      Break last = new Break();
      last.number = source.breaks(kind);
      breaks.put(kind, last);
    }
  }

  /** Accepts a connection. */
  void open(LiveConnection connection) {
    connections.add(connection);
    metrics.opened();
  }

  /** Makes a subscription, or sends an error. */
  void subscribe(LiveConnection connection, SubscribeRequest request, long timeMs) {
    nowMs = timeMs;
    try {
      checkRoom(connection, request);
      add(connection, request);
    } catch (BadParameterException e) {
      metrics.refused(LiveMetrics.Refusal.PARAMETERS);
      refuse(connection, request.id(), "Bad parameter", e);
    } catch (UnknownTenantException e) {
      metrics.refused(LiveMetrics.Refusal.PARAMETERS);
      refuse(connection, request.id(), "Unknown tenant", e);
    }
    connection.pump(nowMs, metrics);
  }

  private void checkRoom(LiveConnection connection, SubscribeRequest request) {
    if (connection.subscription(request.id()) != null) {
      throw BadParameterException.rejected(
          "id",
          request.id(),
          "this connection has a subscription of that id; use another one, or unsubscribe first");
    }
    if (connection.subscriptions().size() >= config.maxSubscriptions()) {
      metrics.refused(LiveMetrics.Refusal.SUBSCRIPTIONS);
      throw new BadParameterException(
          "A connection has at most %d subscriptions: unsubscribe from others, or open another connection."
              .formatted(config.maxSubscriptions()));
    }
  }

  private void add(LiveConnection connection, SubscribeRequest request) {
    LiveView view =
        views.view(
            request.topic(), request.values(), connection.allowed(), Instant.ofEpochMilli(nowMs));
    ChannelKey key = ChannelKey.of(request.topic(), request.values(), view.tenants());
    LiveChannel channel = channels.get(key, () -> view, nowMs);
    Subscription subscription = new Subscription(request.id(), channel, connection);
    connection.add(subscription);
    channel.add(subscription);
    metrics.subscribed(1);
    Optional<ResumePoint> resume = request.resume();
    boolean resumed =
        resume.isPresent()
            && resume.get().stream().equals(channel.stream())
            && channel.hasAllAfter(resume.get().seq());
    resume.ifPresent(point -> metrics.resumed(resumed));
    if (resumed) {
      subscription.resume(resume.get().seq());
    } else {
      channel.reads.waiting.add(subscription);
    }
    connection.reply(
        Messages.subscribed(
            request.id(),
            request.topic(),
            new ResumePoint(channel.stream(), resumed ? resume.get().seq() : channel.seq()),
            resumed));
  }

  private static void refuse(
      LiveConnection connection, String id, String title, RuntimeException e) {
    connection.reply(Messages.error(id, true, title, String.valueOf(e.getMessage())));
  }

  /** Ends a subscription, or sends an error. */
  void unsubscribe(LiveConnection connection, String id, long timeMs) {
    @Nullable Subscription subscription = connection.subscription(id);
    if (subscription == null) {
      connection.reply(
          Messages.error(
              id,
              true,
              "Bad parameter",
              "Parameter 'id' is of no subscription of this connection."));
    } else {
      end(subscription, timeMs);
      connection.reply(Messages.unsubscribed(id));
    }
    connection.pump(timeMs, metrics);
  }

  private void end(Subscription subscription, long timeMs) {
    subscription.connection().remove(subscription);
    subscription.channel().remove(subscription, timeMs);
    metrics.subscribed(-1);
  }

  /** Sends an error about a message that could not be read. */
  void reject(LiveConnection connection, LiveMessage error, long timeMs) {
    metrics.refused(LiveMetrics.Refusal.PARAMETERS);
    connection.reply(error);
    connection.pump(timeMs, metrics);
  }

  /** The client has closed its connection. */
  void closedByClient(LiveConnection connection, long timeMs) {
    if (!connection.isClosed()) {
      connection.closed();
      metrics.closedByClient();
      forget(connection, timeMs);
    }
  }

  /** The client has read a message. */
  void ready(LiveConnection connection, long timeMs) {
    connection.pump(timeMs, metrics);
  }

  private void close(LiveConnection connection, ClientOutlet.Ending ending, String detail) {
    connection.close(ending, detail);
    metrics.closed(ending);
    forget(connection, nowMs);
  }

  private void forget(LiveConnection connection, long timeMs) {
    connections.remove(connection);
    toPump.remove(connection);
    List.copyOf(connection.subscriptions()).forEach(subscription -> end(subscription, timeMs));
  }

  /** Takes the changes since the last call, and sends them. */
  void tick(long timeMs) {
    nowMs = timeMs;
    source.want(channels.kinds());
    source.drain(this::take);
    breaks.forEach(this::checkBreak);
    for (LiveChannel channel : List.copyOf(channels.all())) {
      Kind kind = channel.view().topic().kind();
      if (channel.flush(nowMs, source.missing(kind))) {
        progressed(channel);
      }
      if (source.isSettled(kind)) {
        reads.begin(channel, nowMs);
      }
    }
    Set<LiveConnection> now = new LinkedHashSet<>(toPump);
    toPump.clear();
    now.forEach(connection -> connection.pump(nowMs, metrics));
    if (nowMs - checkedMs >= BETWEEN_CHECKS_MS) {
      checkedMs = nowMs;
      List.copyOf(connections).forEach(this::check);
      channels.trim(nowMs);
    }
  }

  /** A change that cannot be read, of an instance with another build, does not stop the others. */
  private void take(StateChange change) {
    try {
      channels.take(SharedChange.of(change, views.base(), names), nowMs);
    } catch (IllegalArgumentException e) {
      if (nowMs - complainedMs >= BETWEEN_COMPLAINTS_MS) {
        complainedMs = nowMs;
        log.warn("change not read kind={}", change.kind(), e);
      }
    }
  }

  /** Reads every state of a kind again, some time after changes may have been lost. */
  private void checkBreak(Kind kind, Break last) {
    long number = source.breaks(kind);
    if (number != last.number) {
      last.number = number;
      last.atMs = nowMs;
    }
    if (last.atMs != Long.MAX_VALUE && nowMs - last.atMs >= SETTLING_MS && source.isSettled(kind)) {
      last.atMs = Long.MAX_VALUE;
      for (LiveChannel channel : channels.all()) {
        if (channel.view().topic().kind() == kind) {
          channel.reads.again = SnapshotReason.REASSIGNED;
        }
      }
    }
  }

  private void check(LiveConnection connection) {
    boolean outrun = connection.subscriptions().stream().anyMatch(Subscription::isOutrun);
    if (connection.isStalled(nowMs, config.stallTimeout().toMillis())) {
      close(connection, ClientOutlet.Ending.SLOW, "the client does not read its messages");
    } else if (outrun) {
      close(connection, ClientOutlet.Ending.SLOW, "the client reads its messages too slowly");
    } else if (connection.isOlderThan(nowMs, config.maxAge().toMillis())) {
      close(
          connection, ClientOutlet.Ending.AGED, "the connection is old; connect again and resume");
    } else if (connection.isQuiet(nowMs, config.heartbeat().toMillis())) {
      connection.reply(Messages.heartbeat(nowMs));
      connection.pump(nowMs, metrics);
    }
  }

  /** Closes all connections, because the processor stops. */
  void stop(long timeMs) {
    nowMs = timeMs;
    for (LiveConnection connection : List.copyOf(connections)) {
      close(
          connection,
          ClientOutlet.Ending.STOPPING,
          "the processor stops; connect again and resume");
    }
    source.close();
  }

  @Override
  public void progressed(LiveChannel channel) {
    channel.subscribers().forEach(subscription -> toPump.add(subscription.connection()));
  }

  @Override
  public void delayed(LiveChannel channel, String detail) {
    for (Subscription subscription : channel.reads.waiting) {
      subscription
          .connection()
          .reply(
              Messages.error(
                  subscription.id(),
                  false,
                  "State is not available yet",
                  detail + " The snapshot follows."));
      toPump.add(subscription.connection());
    }
  }

  @Override
  public void failed(LiveChannel channel, String title, String detail) {
    for (Subscription subscription : List.copyOf(channel.reads.waiting)) {
      end(subscription, nowMs);
      subscription.connection().reply(Messages.error(subscription.id(), true, title, detail));
      toPump.add(subscription.connection());
    }
  }
}
