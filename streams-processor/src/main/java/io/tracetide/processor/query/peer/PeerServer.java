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
import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.peer.message.AnomaliesQuestion;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.peer.message.MalformedMessageException;
import io.tracetide.processor.query.peer.message.MessageTooLargeException;
import io.tracetide.processor.query.peer.message.PartitionAnomalies;
import io.tracetide.processor.query.peer.message.PartitionTraces;
import io.tracetide.processor.query.peer.message.PartitionWindows;
import io.tracetide.processor.query.peer.message.PeerFailure;
import io.tracetide.processor.query.peer.message.TraceCountsQuestion;
import io.tracetide.processor.query.peer.message.TraceQuestion;
import io.tracetide.processor.query.peer.message.TracesQuestion;
import io.tracetide.processor.query.peer.message.WindowsQuestion;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.store.StorePartitions.Held;
import io.tracetide.processor.query.store.StorePartitions.Holdings;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.TraceScan;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.http.ProblemResponse;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/**
 * Answers other instances, for partitions held here and no others. It has threads of its own: if it
 * shared those of the queries, two instances whose queries wait for each other would wait for ever.
 */
final class PeerServer implements Consumer<ServerBuilder> {
  static final String WINDOWS = "/internal/windows";
  static final String ANOMALIES = "/internal/anomalies";
  static final String TRACE = "/internal/trace";
  static final String TRACES = "/internal/traces";
  static final String TRACE_COUNTS = "/internal/trace-counts";

  /** What an answer has beside its traces. */
  private static final int FRAME_BYTES = 8_192;

  private static final int MOST_QUESTION_BYTES = 1 << 20;

  /** Reads what is asked and writes the answer. */
  private interface Reading {
    byte[] answer(byte[] question, CancellationCheck patience);
  }

  /** The partition that is asked for is not held here. */
  private static final class NotHeldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotHeldException(int partition) {
      super("Partition %d is not held here.".formatted(partition));
    }
  }

  private final PeerConfig config;
  private final StorePartitions partitions;
  private final Function<StorePartitions, WindowView> windows;
  private final Function<StorePartitions, AnomalyView> anomalies;
  private final List<WindowTier> tiers;
  private final AnomalyFormat format;
  private final LedgerPartitions ledgers;
  private final AtomicInteger admitted = new AtomicInteger();

  PeerServer(
      PeerConfig config,
      StorePartitions partitions,
      Function<StorePartitions, WindowView> windows,
      Function<StorePartitions, AnomalyView> anomalies,
      List<WindowTier> tiers,
      AnomalyFormat format,
      LedgerPartitions ledgers) {
    this.config = config;
    this.partitions = partitions;
    this.windows = windows;
    this.anomalies = anomalies;
    this.tiers = List.copyOf(tiers);
    this.format = format;
    this.ledgers = ledgers;
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
    route(server, readers, TRACE, this::trace);
    route(server, readers, TRACES, this::traces);
    route(server, readers, TRACE_COUNTS, this::traceCounts);
  }

  private void route(
      ServerBuilder server, BlockingTaskExecutor readers, String path, Reading reading) {
    server
        .route()
        .post(path)
        .maxRequestLength(MOST_QUESTION_BYTES)
        .blockingTaskExecutor(readers, true)
        .build(admitting(reading));
  }

  private HttpService admitting(Reading reading) {
    return (context, request) -> {
      if (admitted.incrementAndGet() > config.threads() + config.queued()) {
        admitted.decrementAndGet();
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "Too many questions are waiting.");
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
          reading.answer(
              request.content().array(),
              new CancellationCheck(() -> context.isCancelled() || context.isTimedOut()));
      return HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.wrap(answer));
    } catch (NotHeldException e) {
      return problem(HttpStatus.NOT_FOUND, String.valueOf(e.getMessage()));
    } catch (InvalidStateStoreException e) {
      return problem(HttpStatus.SERVICE_UNAVAILABLE, "A partition moved away while it was read.");
    } catch (StoresUnavailableException | CancellationException e) {
      return problem(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (RegistryUnavailableException e) {
      return problem(HttpStatus.SERVICE_UNAVAILABLE, "The schema registry does not answer.");
    } catch (MessageTooLargeException e) {
      return problem(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The answer has " + e.getMessage() + ".");
    } catch (MalformedMessageException e) {
      return problem(
          e.failure() == PeerFailure.OTHER_FORMAT
              ? HttpStatus.UNSUPPORTED_MEDIA_TYPE
              : HttpStatus.BAD_REQUEST,
          String.valueOf(e.getMessage()));
    }
  }

  private byte[] windows(byte[] message, CancellationCheck patience) {
    WindowsQuestion question = WindowsQuestion.decode(message);
    WindowTier tier =
        tiers.stream()
            .filter(known -> known.name().equals(question.tier()))
            .findFirst()
            .orElseThrow(
                () ->
                    MalformedMessageException.otherFormat(
                        "tier " + question.tier() + " is unknown"));
    PartitionWindows.Writer writer =
        new PartitionWindows.Writer(
            question.partition(), question.namesOnly(), limit(question.limitBytes()));
    Consumer<StoredWindow> reader =
        window -> {
          patience.check();
          writer.accept(window);
        };
    WindowView view = windows.apply(only(question.partition()));
    Coverage coverage =
        question.namesOnly()
            ? view.readNames(tier, question.fromMs(), question.toMs(), question.scope(), reader)
            : view.read(tier, question.fromMs(), question.toMs(), question.scope(), reader);
    return writer.finish(coverage);
  }

  private byte[] anomalies(byte[] message, CancellationCheck patience) {
    AnomaliesQuestion question = AnomaliesQuestion.decode(message);
    PartitionAnomalies.Writer writer =
        new PartitionAnomalies.Writer(question.partition(), format, limit(question.limitBytes()));
    anomalies
        .apply(only(question.partition()))
        .read(
            anomaly -> {
              patience.check();
              writer.accept(anomaly);
            });
    return writer.finish();
  }

  private byte[] trace(byte[] message, CancellationCheck patience) {
    TraceQuestion question = TraceQuestion.decode(message);
    TraceSnapshot trace = ledger(question.partition()).find(question.tenant(), question.traceId());
    int limit = limit(question.limitBytes());
    return PartitionTraces.one(
        question.partition(),
        trace == null ? null : TraceScan.fitting(trace, limit - FRAME_BYTES),
        limit);
  }

  private byte[] traces(byte[] message, CancellationCheck patience) {
    TracesQuestion question = TracesQuestion.decode(message);
    int partition = question.from().partition();
    int limit = limit(question.limitBytes());
    TraceScan.Found found =
        TraceScan.read(
            ledger(partition),
            question.filter(),
            question.from().position(),
            question.limits().within(limit - FRAME_BYTES),
            patience);
    return PartitionTraces.found(partition, found, limit);
  }

  private byte[] traceCounts(byte[] message, CancellationCheck patience) {
    TraceCountsQuestion question = TraceCountsQuestion.decode(message);
    return PartitionTraces.counts(
        question.partition(), ledger(question.partition()), limit(question.limitBytes()));
  }

  private LedgerPartition ledger(int partition) {
    LedgerPartition held = ledgers.held().get(partition);
    if (held == null) {
      throw new NotHeldException(partition);
    }
    return held;
  }

  private int limit(int askedBytes) {
    return Math.min(askedBytes, config.maxAnswerBytes());
  }

  /** That partition alone, as it is held now. */
  private StorePartitions only(int partition) {
    Optional<Held> held =
        partitions.holdings().here().stream()
            .filter(one -> one.partition() == partition)
            .findFirst();
    Holdings holdings =
        new Holdings(List.of(held.orElseThrow(() -> new NotHeldException(partition))), List.of());
    return () -> holdings;
  }

  private static HttpResponse problem(HttpStatus status, String detail) {
    return ProblemResponse.of(status, "Not answered", detail);
  }
}
