package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.ingest.SpanAccount;
import io.tracetide.benchmarks.ingest.SpanSenders;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.JavaMemory;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends live traffic through every process of Tracetide, half of it as OTLP through the gateway and
 * half as Avro records, and reads the memory of each process every half minute. Processed records
 * are deleted.
 */
public final class Soak {

  private static final long SAMPLE_SECONDS = 30;
  private static final double MIB = 1 << 20;
  private static final Pattern CACHE =
      Pattern.compile("(?m)^tracetide_rocksdb_cache_bytes(?:\\{[^}]*\\})? (\\S+)$");

  private final BenchPlatform platform;
  private final Clock clock;

  public Soak(BenchPlatform platform, Clock clock) {
    this.platform = platform;
    this.clock = clock;
  }

  /**
   * Memory of one process at one moment, in MiB.
   *
   * @param seconds since the start
   * @param heap left after a collection
   * @param rss resident memory of the process
   * @param outside resident memory that is not the heap: classes, threads, buffers, and RocksDB's
   *     cache and write buffers
   */
  public record Reading(String process, double seconds, double heap, double rss, double outside) {}

  /**
   * The state of the pipeline at one moment.
   *
   * @param cacheMib RocksDB's block cache and write buffers of the processor; not a number when it
   *     does not publish them
   * @param stateMib files of the processor's state directory
   */
  public record Progress(double seconds, double cacheMib, double stateMib, long lag) {}

  /** All readings. */
  public record Outcome(List<Reading> readings, List<Progress> progress) {}

  /**
   * Runs it.
   *
   * @param workload the Avro half; it lasts as long as the soak
   * @param spansPerSecond through the gateway
   */
  public Outcome run(
      LiveRun processors,
      ServerProcess gateway,
      ServerProcess sink,
      Workload workload,
      int spansPerSecond,
      Consumer<String> report)
      throws InterruptedException {
    List<Reading> readings = new ArrayList<>();
    List<Progress> progress = new ArrayList<>();
    long started = System.nanoTime();
    try (PacedWriter writer =
            PacedWriter.start(workload, platform.bootstrapServers(), platform.registry(), clock);
        SpanSenders senders =
            SpanSenders.start(gateway.url(), spansPerSecond, clock, new SpanAccount())) {
      while (!writer.isDone()) {
        TimeUnit.SECONDS.sleep(SAMPLE_SECONDS);
        processors.instance().requireAlive();
        gateway.requireAlive();
        sink.requireAlive();
        double seconds = (System.nanoTime() - started) / 1e9;
        List<Reading> now = read(processes(processors, gateway, sink), seconds);
        readings.addAll(now);
        Progress at =
            new Progress(
                seconds,
                cacheMib(processors),
                StateSize.of(processors.directory()) / MIB,
                processors.lag());
        progress.add(at);
        deleteProcessed(processors);
        report.accept(now + " " + at);
      }
      writer.awaitDone();
      senders.finish();
    }
    return new Outcome(readings, progress);
  }

  private Map<String, Long> processes(
      LiveRun processors, ServerProcess gateway, ServerProcess sink) {
    Map<String, Long> pids = new LinkedHashMap<>();
    pids.put("gateway", gateway.pid());
    pids.put("processor", processors.instance().pid());
    pids.put("sink", sink.pid());
    pids.put("broker", platform.broker().pid());
    pids.put("registry", platform.registryPid());
    return pids;
  }

  private static List<Reading> read(Map<String, Long> pids, double seconds)
      throws InterruptedException {
    List<Reading> readings = new ArrayList<>();
    for (Map.Entry<String, Long> each : pids.entrySet()) {
      JavaMemory.afterCollection(each.getValue())
          .map(
              memory ->
                  new Reading(
                      each.getKey(),
                      seconds,
                      memory.liveBytes() / MIB,
                      memory.rssBytes() / MIB,
                      (memory.rssBytes() - memory.heapRssBytes()) / MIB))
          .ifPresent(readings::add);
    }
    return readings;
  }

  private static double cacheMib(LiveRun processors) throws InterruptedException {
    Optional<Matcher> cache =
        processors.instance().get("/metrics").map(CACHE::matcher).filter(Matcher::find);
    return cache.map(found -> Double.parseDouble(found.group(1)) / MIB).orElse(Double.NaN);
  }

  private void deleteProcessed(LiveRun processors) {
    Map<TopicPartition, Long> processed = new HashMap<>(processors.committed());
    processed.keySet().removeIf(partition -> !partition.topic().equals(Topics.TRACES));
    if (!processed.isEmpty()) {
      platform.topics().deleteBefore(processed);
    }
  }
}
