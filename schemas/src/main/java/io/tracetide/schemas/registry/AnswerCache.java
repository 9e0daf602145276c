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
 * Answers of the registry, so that it is asked once for each question.
 *
 * <p>An answer holds forever, because the registry never changes one; of too many the least
 * recently used is forgotten. "There is no such schema" holds for a while: a flood of records with
 * one wrong id costs one call, and a schema that is registered late is found after all. Callers
 * with the same question at the same time wait for one call. Failures to ask are not kept.
 *
 * @param <K> question
 * @param <V> answer
 */
final class AnswerCache<K, V> {

  private record Denial(String message, long sinceNanos) {}

  private final Duration denialHolds;
  private final RetryPace pace;
  private final Map<K, V> answers;
  private final Map<K, Denial> denials;
  private final Map<K, CompletableFuture<V>> inFlight = new ConcurrentHashMap<>();

  AnswerCache(int capacity, Duration denialHolds, RetryPace pace) {
    this.denialHolds = denialHolds;
    this.pace = pace;
    this.answers = leastRecentlyUsed(capacity);
    this.denials = leastRecentlyUsed(capacity);
  }

  /**
   * The answer, asking for it if it is not known.
   *
   * @throws UnknownSchemaException if there is none, by the registry's word now or a moment ago
   */
  V get(K question, Function<K, V> ask) {
    V known = answers.get(question);
    if (known != null) {
      return known;
    }
    requireNotDenied(question);
    CompletableFuture<V> mine = new CompletableFuture<>();
    CompletableFuture<V> others = inFlight.putIfAbsent(question, mine);
    return others == null ? lead(question, ask, mine) : follow(others);
  }

  /** Keeps an answer that came by another way. */
  void put(K question, V answer) {
    answers.put(question, answer);
    denials.remove(question);
  }

  /** Asks, and tells those who wait. */
  private V lead(K question, Function<K, V> ask, CompletableFuture<V> waiting) {
    try {
      // Another leader may have finished since this caller looked.
      V known = answers.get(question);
      requireNotDenied(question);
      V answer = known == null ? ask.apply(question) : known;
      put(question, answer);
      waiting.complete(answer);
      return answer;
    } catch (UnknownSchemaException e) {
      denials.putIfAbsent(question, new Denial(String.valueOf(e.getMessage()), pace.nanoTime()));
      waiting.completeExceptionally(e);
      throw e;
    } catch (RuntimeException | Error e) {
      waiting.completeExceptionally(e);
      throw e;
    } finally {
      inFlight.remove(question, waiting);
    }
  }

  private V follow(CompletableFuture<V> leader) {
    try {
      return leader.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted while waiting for the registry", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new RegistryUnavailableException("asking the registry failed", e);
    }
  }

  private void requireNotDenied(K question) {
    Denial denial = denials.get(question);
    if (denial == null) {
      return;
    }
    if (pace.nanoTime() - denial.sinceNanos() < denialHolds.toNanos()) {
      throw new UnknownSchemaException(denial.message());
    }
    denials.remove(question, denial);
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
