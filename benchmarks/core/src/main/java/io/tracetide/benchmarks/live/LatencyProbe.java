package io.tracetide.benchmarks.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends single events of a separate service, one after the other at random times, and polls the
 * processor until each is counted; measures the time between.
 */
final class LatencyProbe implements Runnable, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long ASK_EVERY_MILLIS = 20;
  private static final int PAUSE_MILLIS = 1_000;

  private final ProcessorInstance processor;
  private final EventWriter writer;
  private final Clock clock;
  private final String service;
  private final SplittableRandom random;
  private final Instant from;
  private final Thread thread;
  private final List<Timed> seen = new ArrayList<>();
  private volatile boolean ending;

  /**
   * A probe that was seen.
   *
   * @param sentMs when it was sent
   * @param latencyMs how long until it was in an answer
   */
  record Timed(long sentMs, double latencyMs) {}

  private LatencyProbe(
      ProcessorInstance processor,
      BenchPlatform platform,
      Workload workload,
      Clock clock,
      int number) {
    this.processor = processor;
    this.writer = new EventWriter(workload, platform.bootstrapServers(), platform.registry());
    this.clock = clock;
    this.service = "probe-" + (char) ('g' + number);
    this.random = new SplittableRandom(number);
    // The workload begins with the next window; this does not wait for it.
    this.from = Instant.ofEpochMilli(workload.startMs()).minus(Workload.WINDOW);
    this.thread = new Thread(this, service);
    thread.setDaemon(true);
  }

  static LatencyProbe start(
      ProcessorInstance processor,
      BenchPlatform platform,
      Workload workload,
      Clock clock,
      int number) {
    LatencyProbe probe = new LatencyProbe(processor, platform, workload, clock, number);
    probe.thread.start();
    return probe;
  }

  @Override
  public void run() {
    try {
      long expected = 0;
      while (!ending) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_MILLIS));
        long sentMs = clock.millis();
        long sentNanos = System.nanoTime();
        writer.sendOther(Topics.TRACES, service, "probe", sentMs);
        writer.flush();
        expected++;
        while (counted() < expected) {
          TimeUnit.MILLISECONDS.sleep(ASK_EVERY_MILLIS);
        }
        add(new Timed(sentMs, (System.nanoTime() - sentNanos) / 1e6));
      }
    } catch (InterruptedException e) {
      // Closed early.
    }
  }

  private synchronized void add(Timed timed) {
    seen.add(timed);
  }

  /** Probes that were seen so far. */
  synchronized List<Timed> seen() {
    return List.copyOf(seen);
  }

  /** Number of probes in the response. */
  private long counted() throws InterruptedException {
    Optional<String> answer =
        processor.get(
            "/monitoring/analytics?granularity=10s&operations=probe&services=%s&from=%s&to=%s"
                .formatted(service, from, Instant.ofEpochMilli(clock.millis()).plusSeconds(60)));
    long count = 0;
    for (JsonNode series : series(answer)) {
      for (JsonNode point : series.path("points")) {
        count += point.path("count").asLong();
      }
    }
    return count;
  }

  private static JsonNode series(Optional<String> answer) {
    try {
      return JSON.readTree(answer.orElse("{}")).path("series");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the processor's answer is no JSON", e);
    }
  }

  @Override
  public void close() {
    ending = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.close();
  }
}
