package io.tracetide.processor.query.peer;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.peer.message.InstanceRecords;
import io.tracetide.processor.query.peer.message.MalformedMessageException;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.processor.query.peer.message.MessageTooLargeException;
import io.tracetide.processor.query.peer.message.PartitionAnomalies;
import io.tracetide.processor.query.peer.message.PartitionWindows;
import io.tracetide.processor.query.peer.message.PeerFailure;
import io.tracetide.processor.query.peer.message.ProgressRecords;
import io.tracetide.processor.query.peer.message.RequestRecords;
import io.tracetide.processor.query.peer.message.TraceRecords;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.store.StorePartitions.Held;
import io.tracetide.processor.query.store.StorePartitions.Holdings;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.TraceScan;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.http.ProblemResponse;
import io.tracetide.schemas.peer.AnomaliesRequest;
import io.tracetide.schemas.peer.InstanceRequest;
import io.tracetide.schemas.peer.PeerTraceCount;
import io.tracetide.schemas.peer.ProgressRequest;
import io.tracetide.schemas.peer.TraceCountsRequest;
import io.tracetide.schemas.peer.TraceCountsResponse;
import io.tracetide.schemas.peer.TraceRequest;
import io.tracetide.schemas.peer.TraceResponse;
import io.tracetide.schemas.peer.TracesRequest;
import io.tracetide.schemas.peer.WindowDetail;
import io.tracetide.schemas.peer.WindowsRequest;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/**
 * Serves requests of other instances for partitions that are held here. It has its own threads:
 * with those of the queries, two instances whose queries wait for each other would be in a
 * deadlock.
 */
final class PeerServer implements Consumer<ServerBuilder> {
  static final String WINDOWS = "/internal/windows";
  static final String ANOMALIES = "/internal/anomalies";
  static final String DETECTION = "/internal/detection";
  static final String INSTANCE = "/internal/instance";
  static final String TRACE = "/internal/trace";
  static final String TRACES = "/internal/traces";
  static final String TRACE_COUNTS = "/internal/trace-counts";

  /** Bytes of a response beside its traces. */
  private static final int FRAME_BYTES = 8_192;

  private static final int MAX_REQUEST_BYTES = 1 << 20;

  /** Decodes a request and encodes the response. */
  private interface Reading {
    byte[] respond(byte[] request, CancellationCheck cancellation);
  }

  /** The requested partition is not held here. */
  private static final class NotHeldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotHeldException(int partition) {
      super("Partition %d is not held here.".formatted(partition));
    }
  }

  private final PeerConfig config;
  private final LocalStores local;
  private final AnomalyFormat format;
  private final AtomicInteger admitted = new AtomicInteger();

  PeerServer(PeerConfig config, LocalStores local, AnomalyFormat format) {
    this.config = config;
    this.local = local;
    this.format = format;
  }

  @Override
  public void accept(ServerBuilder server) {
    BlockingTaskExecutor readers =
        BlockingTaskExecutor.builder()
            .threadNamePrefix("peer")
            .numThreads(config.threads())
            .build();
    route(server, readers, WINDOWS, this::windows);
    route(server, readers, ANOMALIES, this::anomalies);
    route(server, readers, DETECTION, this::detection);
    route(server, readers, INSTANCE, this::instance);
    route(server, readers, TRACE, this::trace);
    route(server, readers, TRACES, this::traces);
    route(server, readers, TRACE_COUNTS, this::traceCounts);
  }

  private void route(
      ServerBuilder server, BlockingTaskExecutor readers, String path, Reading reading) {
    server
        .route()
        .post(path)
        .maxRequestLength(MAX_REQUEST_BYTES)
        .blockingTaskExecutor(readers, true)
        .build(admitting(reading));
  }

  private HttpService admitting(Reading reading) {
    return (context, request) -> {
      if (admitted.incrementAndGet() > config.threads() + config.queued()) {
        admitted.decrementAndGet();
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "Too many requests are queued.");
      }
      CompletableFuture<HttpResponse> response =
          request
              .aggregate()
              .thenApplyAsync(
                  whole -> respond(context, whole, reading), context.blockingTaskExecutor())
              .whenComplete((answer, failure) -> admitted.decrementAndGet());
      return HttpResponse.of(response);
    };
  }

  private HttpResponse respond(
      ServiceRequestContext context, AggregatedHttpRequest request, Reading reading) {
    try {
      byte[] answer =
          reading.respond(
              request.content().array(),
              new CancellationCheck(() -> context.isCancelled() || context.isTimedOut()));
      return HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.wrap(answer));
    } catch (NotHeldException e) {
      return problem(HttpStatus.NOT_FOUND, String.valueOf(e.getMessage()));
    } catch (InvalidStateStoreException e) {
      return unavailable(StoresUnavailableException.reassigned(e));
    } catch (StoresUnavailableException | CancellationException e) {
      return unavailable(e);
    } catch (RegistryUnavailableException e) {
      return unavailable(StoresUnavailableException.registry(e));
    } catch (MessageTooLargeException e) {
      return problem(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The response has " + e.getMessage() + ".");
    } catch (MalformedMessageException e) {
      return problem(
          e.failure() == PeerFailure.OTHER_FORMAT
              ? HttpStatus.UNSUPPORTED_MEDIA_TYPE
              : HttpStatus.BAD_REQUEST,
          String.valueOf(e.getMessage()));
    }
  }

  private byte[] windows(byte[] message, CancellationCheck cancellation) {
    WindowsRequest request = MessageFormat.WINDOWS_REQUEST.decode(message);
    WindowTier tier =
        local.tiers().stream()
            .filter(known -> known.name().equals(request.getTier()))
            .findFirst()
            .orElseThrow(
                () ->
                    MalformedMessageException.otherFormat(
                        "unknown tier %s".formatted(request.getTier())));
    PartitionWindows.Writer writer =
        new PartitionWindows.Writer(
            request.getPartition(),
            request.getDetail() == WindowDetail.NAMES,
            limit(request.getLimitBytes()));
    Consumer<StoredWindow> reader =
        window -> {
          cancellation.check();
          writer.accept(window);
        };
    WindowView view = local.windows().apply(only(request.getPartition()));
    return writer.finish(
        PeerGroupWindowView.read(
            view,
            request.getDetail(),
            tier,
            request.getFromMs(),
            request.getToMs(),
            RequestRecords.scope(request),
            reader));
  }

  private byte[] anomalies(byte[] message, CancellationCheck cancellation) {
    AnomaliesRequest request = MessageFormat.ANOMALIES_REQUEST.decode(message);
    PartitionAnomalies.Writer writer =
        new PartitionAnomalies.Writer(
            request.getPartition(), format, limit(request.getLimitBytes()));
    local
        .anomalies()
        .apply(only(request.getPartition()))
        .read(
            anomaly -> {
              cancellation.check();
              writer.accept(anomaly);
            });
    return writer.finish();
  }

  private byte[] detection(byte[] message, CancellationCheck cancellation) {
    ProgressRequest request = MessageFormat.PROGRESS_REQUEST.decode(message);
    Held held = only(request.getPartition()).holdings().here().get(0);
    return ProgressRecords.encode(
        request.getPartition(), held.detection(), limit(request.getLimitBytes()));
  }

  private byte[] instance(byte[] message, CancellationCheck cancellation) {
    InstanceRequest request = MessageFormat.INSTANCE_REQUEST.decode(message);
    return InstanceRecords.encode(
        request.getNumber(), local.status().get(), limit(request.getLimitBytes()));
  }

  private byte[] trace(byte[] message, CancellationCheck cancellation) {
    TraceRequest request = MessageFormat.TRACE_REQUEST.decode(message);
    int limit = limit(request.getLimitBytes());
    TraceSnapshot trace =
        ledger(request.getPartition()).find(request.getTenant(), request.getTraceId());
    return MessageFormat.TRACE_RESPONSE.encode(
        new TraceResponse(
            request.getPartition(),
            trace == null
                ? null
                : TraceRecords.record(TraceScan.fitting(trace, limit - FRAME_BYTES))),
        limit);
  }

  private byte[] traces(byte[] message, CancellationCheck cancellation) {
    TracesRequest request = MessageFormat.TRACES_REQUEST.decode(message);
    int limit = limit(request.getLimitBytes());
    TraceScan.Found found =
        TraceScan.read(
            ledger(request.getPartition()),
            RequestRecords.criteria(request),
            RequestRecords.position(request).position(),
            RequestRecords.limits(request).within(limit - FRAME_BYTES),
            cancellation);
    return MessageFormat.TRACES_RESPONSE.encode(
        RequestRecords.response(request.getPartition(), found), limit);
  }

  private byte[] traceCounts(byte[] message, CancellationCheck cancellation) {
    TraceCountsRequest request = MessageFormat.TRACE_COUNTS_REQUEST.decode(message);
    List<PeerTraceCount> counts = new ArrayList<>();
    ledger(request.getPartition())
        .counts(
            (tenant, service, inFlight, stuck) ->
                counts.add(new PeerTraceCount(tenant, service, inFlight, stuck)));
    return MessageFormat.TRACE_COUNTS_RESPONSE.encode(
        new TraceCountsResponse(request.getPartition(), counts), limit(request.getLimitBytes()));
  }

  private LedgerPartition ledger(int partition) {
    LedgerPartition held = local.ledgers().held().get(partition);
    if (held == null) {
      throw new NotHeldException(partition);
    }
    return held;
  }

  private int limit(int requestedBytes) {
    return Math.min(RequestRecords.notNegative(requestedBytes), config.maxAnswerBytes());
  }

  /** The current state of that partition alone. */
  private StorePartitions only(int partition) {
    Optional<Held> held =
        local.partitions().holdings().here().stream()
            .filter(one -> one.partition() == partition)
            .findFirst();
    Holdings holdings =
        new Holdings(List.of(held.orElseThrow(() -> new NotHeldException(partition))), List.of());
    return () -> holdings;
  }

  private static HttpResponse unavailable(RuntimeException e) {
    return problem(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
  }

  private static HttpResponse problem(HttpStatus status, String detail) {
    return ProblemResponse.of(status, "Request failed", detail);
  }
}
