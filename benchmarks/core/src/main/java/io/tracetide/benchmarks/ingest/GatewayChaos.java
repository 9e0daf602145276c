package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.span.SpanSequence;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Kills the gateway and the broker at random times while exporters send, and checks that every span
 * that was accepted with 200 is in the topic.
 */
public final class GatewayChaos {

  private final BenchPlatform platform;
  private final Clock clock;
  private final Plan plan;

  /**
   * The plan of a run.
   *
   * @param gatewayKills number of kills of the gateway
   * @param brokerKills number of kills of the broker
   * @param spansPerSecond rate of all exporters together
   * @param earliest shortest time from a restart to the next kill
   * @param latest longest time between them
   * @param seed of the order and the times
   */
  public record Plan(
      int gatewayKills,
      int brokerKills,
      int spansPerSecond,
      Duration earliest,
      Duration latest,
      long seed) {}

  /**
   * The outcome.
   *
   * @param retries requests that were sent again
   */
  public record Outcome(SpanAccount.Balance balance, long retries) {

    /**
     * Whether every span that was accepted with 200 is in the topic, and every span was accepted in
     * the end.
     */
    public boolean holds() {
      return balance.missing() == 0 && balance.acknowledged() == balance.sent();
    }
  }

  public GatewayChaos(BenchPlatform platform, Clock clock, Plan plan) {
    this.platform = platform;
    this.clock = clock;
    this.plan = plan;
  }

  /**
   * Runs the plan.
   *
   * @param progress receives a line for each kill
   */
  public Outcome run(ServerProcess gateway, Consumer<String> progress) throws InterruptedException {
    Map<TopicPartition, Long> before = platform.topics().ends(Topics.TRACES);
    SpanAccount account = new SpanAccount();
    Random random = new Random(plan.seed());
    try (SpanSenders senders =
        SpanSenders.start(gateway.url(), plan.spansPerSecond(), clock, account)) {
      for (Target target : targets(random)) {
        pause(random);
        switch (target) {
          case GATEWAY -> gateway.crash();
          case BROKER -> platform.broker().crash();
        }
        progress.accept("killed the " + target.name().toLowerCase(Locale.ROOT));
      }
      pause(random);
      senders.finish();
      count(before, account);
      return new Outcome(account.balance(), senders.retries());
    }
  }

  private enum Target {
    GATEWAY,
    BROKER
  }

  private List<Target> targets(Random random) {
    List<Target> targets = new ArrayList<>();
    targets.addAll(Collections.nCopies(plan.gatewayKills(), Target.GATEWAY));
    targets.addAll(Collections.nCopies(plan.brokerKills(), Target.BROKER));
    Collections.shuffle(targets, random);
    return targets;
  }

  private void pause(Random random) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(
        random.nextLong(plan.earliest().toMillis(), plan.latest().toMillis() + 1));
  }

  private void count(Map<TopicPartition, Long> before, SpanAccount account) {
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(platform.registry(), TraceEvent.class);
    platform
        .topics()
        .read(
            before,
            (key, value) -> {
              String spanId = decoder.decode(value).getSpanId();
              account.stored(SpanSequence.number(Long.parseUnsignedLong(spanId, 16)));
            });
  }
}
