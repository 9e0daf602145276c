package io.tracetide.schemas.registry;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * A cache of the registry's responses.
 *
 * <p>A response never expires, because the registry never changes one; when the cache is full, the
 * least recently used one is evicted. "There is no such schema" expires: a flood of records with
 * one wrong id costs one request, and a schema that is registered late is found. Concurrent callers
 * with the same key wait for one request. Failed requests are not cached.
 *
 * @param <K> key of the request
 * @param <V> response
 */
final class ResponseCache<K, V> {

  private record Unknown(String message, long sinceNanos) {}

  private final Duration unknownTtl;
  private final RetryPace pace;
  private final Map<K, V> responses;
  private final Map<K, Unknown> unknown;
  private final Map<K, CompletableFuture<V>> inFlight = new ConcurrentHashMap<>();

  ResponseCache(int capacity, Duration unknownTtl, RetryPace pace) {
    this.unknownTtl = unknownTtl;
    this.pace = pace;
    this.responses = leastRecentlyUsed(capacity);
    this.unknown = leastRecentlyUsed(capacity);
  }

  /**
   * The response, from the cache or the registry.
   *
   * @throws UnknownSchemaException if the registry has no such schema, or had none a short time ago
   */
  V get(K key, Function<K, V> send) {
    V known = responses.get(key);
    if (known != null) {
      return known;
    }
    requireNotUnknown(key);
    CompletableFuture<V> mine = new CompletableFuture<>();
    CompletableFuture<V> others = inFlight.putIfAbsent(key, mine);
    return others == null ? request(key, send, mine) : await(others);
  }

  /** Caches a response that was obtained otherwise. */
  void put(K key, V response) {
    responses.put(key, response);
    unknown.remove(key);
  }

  /** Sends the request and completes the future of the waiting callers. */
  private V request(K key, Function<K, V> send, CompletableFuture<V> waiting) {
    try {
      // Another caller may have finished the request since the look-up.
      V known = responses.get(key);
      requireNotUnknown(key);
      V response = known == null ? send.apply(key) : known;
      put(key, response);
      waiting.complete(response);
      return response;
    } catch (UnknownSchemaException e) {
      unknown.putIfAbsent(key, new Unknown(String.valueOf(e.getMessage()), pace.nanoTime()));
      waiting.completeExceptionally(e);
      throw e;
    } catch (RuntimeException | Error e) {
      waiting.completeExceptionally(e);
      throw e;
    } finally {
      inFlight.remove(key, waiting);
    }
  }

  private V await(CompletableFuture<V> request) {
    try {
      return request.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted while waiting for the registry", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new RegistryUnavailableException("the request to the registry failed", e);
    }
  }

  private void requireNotUnknown(K key) {
    Unknown recent = unknown.get(key);
    if (recent == null) {
      return;
    }
    if (pace.nanoTime() - recent.sinceNanos() < unknownTtl.toNanos()) {
      throw new UnknownSchemaException(recent.message());
    }
    unknown.remove(key, recent);
  }

  private static <A, B> Map<A, B> leastRecentlyUsed(int capacity) {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<A, B> eldest) {
            return size() > capacity;
          }
        });
  }
}
