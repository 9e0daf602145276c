package io.tracetide.processor.query.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceBindingBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The threads of queries. They are few, and a bounded number of queries waits for them; more are
 * rejected, which bounds the memory they take.
 */
public final class QueryThreads {
  private static final int TRIES = 3;
  private static final int MAX_REQUEST_BYTES = 256 * 1024;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(300);

  private final int most;
  private final BlockingTaskExecutor readers;
  private final AtomicInteger admitted = new AtomicInteger();

  /** Answers a request; called by one of the threads. */
  @FunctionalInterface
  public interface Handler {
    HttpResponse answer(ServiceRequestContext context, AggregatedHttpRequest request);
  }

  public QueryThreads(QueryConfig config) {
    this("query", config.threads(), config.queued());
  }

  /**
   * Threads of their own, for requests that must not wait for other queries.
   *
   * @param queued requests that may wait for a thread
   */
  public QueryThreads(String name, int threads, int queued) {
    most = threads + queued;
    readers = BlockingTaskExecutor.builder().threadNamePrefix(name).numThreads(threads).build();
  }

  /** The threads themselves, for work that no request waits for. */
  public Executor executor() {
    return readers;
  }

  /** A route whose requests are answered by these threads, and compressed. */
  public ServiceBindingBuilder route(ServerBuilder server, String path) {
    return route(server, path, Compression.of(AnswerResponse.VARY));
  }

  /** A route whose answers are compressed, whatever their type is. */
  public ServiceBindingBuilder compressed(ServerBuilder server, String path) {
    return route(server, path, Compression.ofAllTypes(AnswerResponse.VARY));
  }

  private ServiceBindingBuilder route(
      ServerBuilder server, String path, Function<HttpService, HttpService> encoding) {
    return server
        .route()
        .path(path)
        .maxRequestLength(MAX_REQUEST_BYTES)
        .blockingTaskExecutor(readers, true)
        .decorator(encoding);
  }

  /**
   * The service of a route.
   *
   * @param busy the answer when too many queries wait
   */
  public HttpService serve(Handler handler, Supplier<HttpResponse> busy) {
    return (context, request) -> {
      // A request whose body is still arriving takes no place.
      CompletableFuture<HttpResponse> response =
          request.aggregate().thenCompose(whole -> admit(context, whole, handler, busy));
      return HttpResponse.of(response);
    };
  }

  private CompletableFuture<HttpResponse> admit(
      ServiceRequestContext context,
      AggregatedHttpRequest request,
      Handler handler,
      Supplier<HttpResponse> busy) {
    if (admitted.incrementAndGet() > most) {
      admitted.decrementAndGet();
      return CompletableFuture.completedFuture(busy.get());
    }
    return CompletableFuture.supplyAsync(
            () -> handler.answer(context, request), context.blockingTaskExecutor())
        .whenComplete((answer, failure) -> admitted.decrementAndGet());
  }

  /** Stores are mostly available again soon after a reassignment: a few attempts avoid a 503. */
  public static <T> T retrying(ServiceRequestContext context, Supplier<T> query) {
    for (int attempt = 1; ; attempt++) {
      try {
        return query.get();
      } catch (StoresUnavailableException e) {
        if (attempt == TRIES || isCancelled(context)) {
          throw e;
        }
        pause();
      }
    }
  }

  /** Whether the client has disconnected, or the time of the request is over. */
  public static boolean isCancelled(ServiceRequestContext context) {
    return context.isCancelled() || context.isTimedOut();
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_TRIES.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoresUnavailableException("The processor is shutting down.", e);
    }
  }
}
