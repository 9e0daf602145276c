package io.tracetide.schemas.topic;

import io.tracetide.schemas.size.RecordLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** All topics of {@link Topics} with their settings, and methods to create and update them. */
public final class TopicCatalog {

  private static final Duration SEGMENT = Duration.ofHours(6);

  /**
   * How far ahead of the broker's clock the timestamp of a service's record may be: a record from
   * the far future would advance stream time and make all later ones late.
   */
  private static final Duration FUTURE_FENCE = Duration.ofMinutes(5);

  private static final List<TopicSpec> ALL =
      List.of(
          input(Topics.TRACES, Duration.ofHours(24)),
          input(Topics.TRACE_BATCHES, Duration.ofHours(24)),
          input(Topics.METRICS, Duration.ofHours(24)),
          readableByAll(stampedByTheBroker(output(Topics.WINDOW_AGGREGATES, Duration.ofDays(7)))),
          // Not compacted, although its records are states by fingerprint: compaction would keep
          // the newest state of each fingerprint and delete its earlier episodes, which users look
          // up, feedback refers to, and detection is calibrated with. It is kept as long as the
          // coarsest window tier; the newest states are in the processor's store.
          readableByAll(stampedByTheBroker(output(Topics.ANOMALIES, Duration.ofDays(30)))),
          readableByAll(compactedForever(Topics.ALERT_COMMANDS)),
          // Longer than any outage of the sink; its stores have the state of what was decided.
          readableByAll(stampedByTheBroker(output(Topics.ALERT_INPUTS, Duration.ofDays(7)))),
          readableByAll(output(Topics.NOTIFICATIONS, Duration.ofDays(7))),
          // Ids are never reused, so a topic with compaction only would grow without limit. An
          // outcome is needed while its notification can be read, for 7 days.
          readableByAll(compactedFor(Topics.NOTIFICATION_LOG, Duration.ofDays(30))),
          // As long as a notification can be read again, from its topic or as a dead letter.
          compactedFor(Topics.DELIVERY_STATE, Duration.ofDays(14)),
          // Longer than any outage of the processor, which chains the entries.
          stampedByTheBroker(output(Topics.AUDIT_ENTRIES, Duration.ofDays(30))),
          // A year, and time for an audit of it.
          readableByAll(stampedByTheBroker(output(Topics.AUDIT, Duration.ofDays(400)))),
          readableByAll(deadLetter(Topics.TRACES_DEAD_LETTER)),
          readableByAll(deadLetter(Topics.NOTIFICATIONS_DEAD_LETTER)));

  /** Topics with the same number of partitions. */
  private static final List<String> TRACE_INPUTS = List.of(Topics.TRACES, Topics.TRACE_BATCHES);

  private TopicCatalog() {}

  /** Every topic, in the order of the data flow. */
  public static List<TopicSpec> all() {
    return ALL;
  }

  /** The topic of that name. */
  public static TopicSpec spec(String name) {
    return ALL.stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no topic " + name + " in the catalog"));
  }

  /**
   * Creates the topics that are missing and leaves the others as they are. Several processes may do
   * so at once. Of {@link Topics#TRACES} and {@link Topics#TRACE_BATCHES}, a missing one gets as
   * many partitions as the other has, because the same tasks read both.
   *
   * @throws TopicSetupException if Kafka does not answer in time or refuses one
   */
  public static void ensure(
      Admin admin, int partitions, short replicationFactor, Duration timeout) {
    List<String> missing = missing(admin, timeout);
    if (missing.isEmpty()) {
      return;
    }
    int ofInputs =
        TRACE_INPUTS.stream()
            .filter(name -> !missing.contains(name))
            .findFirst()
            .map(existing -> partitions(admin, existing, timeout))
            .orElse(partitions);
    List<NewTopic> wanted =
        missing.stream()
            .map(
                name ->
                    spec(name)
                        .toNewTopic(
                            TRACE_INPUTS.contains(name) ? ofInputs : partitions, replicationFactor))
            .toList();
    List<String> refused = new ArrayList<>();
    admin
        .createTopics(wanted)
        .values()
        .forEach(
            (name, created) -> {
              try {
                await(created, timeout, "create topic " + name);
              } catch (TopicSetupException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                  refused.add(e.getMessage());
                }
              }
            });
    if (!refused.isEmpty()) {
      throw new TopicSetupException(String.join("; ", refused), null);
    }
  }

  private static int partitions(Admin admin, String topic, Duration timeout) {
    return describe(admin, List.of(topic), timeout).values().stream().findFirst().orElseThrow();
  }

  /**
   * The number of partitions of each topic that exists, by name.
   *
   * @throws TopicSetupException if Kafka does not answer in time
   */
  public static Map<String, Integer> partitions(Admin admin, Duration timeout) {
    List<String> missing = missing(admin, timeout);
    return describe(
        admin,
        ALL.stream().map(TopicSpec::name).filter(name -> !missing.contains(name)).toList(),
        timeout);
  }

  /**
   * Why these numbers of partitions cannot be processed; empty when they can.
   *
   * @param partitions see {@link #partitions(Admin, Duration)}
   */
  public static Optional<String> mismatch(Map<String, Integer> partitions) {
    Integer traces = partitions.get(Topics.TRACES);
    Integer batches = partitions.get(Topics.TRACE_BATCHES);
    return traces == null || batches == null || traces.equals(batches)
        ? Optional.empty()
        : Optional.of(
            ("topic %s has %d partitions and topic %s has %d: the processor needs the same number,"
                    + " that of its first start; process the records of the topic with the other"
                    + " number, delete it, and create it again with 'tracetide topics --create'")
                .formatted(Topics.TRACES, traces, Topics.TRACE_BATCHES, batches));
  }

  private static Map<String, Integer> describe(Admin admin, List<String> topics, Duration timeout) {
    Map<String, Integer> partitions = new LinkedHashMap<>();
    await(admin.describeTopics(topics).allTopicNames(), timeout, "describe " + topics)
        .forEach((name, topic) -> partitions.put(name, topic.partitions().size()));
    return partitions;
  }

  /**
   * Changes the retention of an existing topic, which counts from the timestamps of records. A
   * backfill of old events needs it, because the broker deletes records by their age, even unread
   * ones.
   *
   * @throws TopicSetupException if Kafka does not answer in time or refuses
   */
  public static void keep(Admin admin, String topic, Duration retention, Duration timeout) {
    TopicSpec known = spec(topic);
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, known.name());
    AlterConfigOp change =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())),
            AlterConfigOp.OpType.SET);
    await(
        admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all(),
        timeout,
        "change the retention of topic " + known.name());
  }

  /**
   * Sets the settings of existing topics to those that they would be created with. The retention is
   * not changed, because the operator may have set it. Existing records stay as they were written.
   *
   * @return names of the topics that were changed
   * @throws TopicSetupException if Kafka does not answer in time or refuses one
   */
  public static List<String> align(Admin admin, Duration timeout) {
    List<String> missing = missing(admin, timeout);
    Map<ConfigResource, TopicSpec> existing = new LinkedHashMap<>();
    for (TopicSpec spec : ALL) {
      if (!missing.contains(spec.name())) {
        existing.put(new ConfigResource(ConfigResource.Type.TOPIC, spec.name()), spec);
      }
    }
    Map<ConfigResource, Config> found =
        await(admin.describeConfigs(existing.keySet()).all(), timeout, "read the topics' settings");
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new LinkedHashMap<>();
    existing.forEach(
        (resource, spec) -> {
          List<AlterConfigOp> different = differences(spec, found.get(resource));
          if (!different.isEmpty()) {
            changes.put(resource, different);
          }
        });
    if (!changes.isEmpty()) {
      await(admin.incrementalAlterConfigs(changes).all(), timeout, "change the topics' settings");
    }
    return changes.keySet().stream().map(ConfigResource::name).toList();
  }

  private static List<AlterConfigOp> differences(TopicSpec spec, @Nullable Config found) {
    List<AlterConfigOp> different = new ArrayList<>();
    spec.configs()
        .forEach(
            (key, value) -> {
              ConfigEntry is = found == null ? null : found.get(key);
              if (!key.equals(TopicConfig.RETENTION_MS_CONFIG)
                  && (is == null || !value.equals(is.value()))) {
                different.add(
                    new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
              }
            });
    return different;
  }

  /**
   * Names of the topics that do not exist.
   *
   * @throws TopicSetupException if Kafka does not answer in time
   */
  public static List<String> missing(Admin admin, Duration timeout) {
    ListTopicsOptions options =
        new ListTopicsOptions().timeoutMs(Math.toIntExact(timeout.toMillis()));
    Set<String> existing = await(admin.listTopics(options).names(), timeout, "list topics");
    return ALL.stream().map(TopicSpec::name).filter(name -> !existing.contains(name)).toList();
  }

  private static <T> T await(KafkaFuture<T> future, Duration timeout, String what) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new TopicSetupException("could not " + what + ": " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new TopicSetupException(
          "could not " + what + ": Kafka did not answer within " + timeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicSetupException("interrupted while waiting to " + what, e);
    }
  }

  /** A topic that services write: timestamps in the far future are refused. */
  private static TopicSpec input(String name, Duration retention) {
    Map<String, String> configs = deleted(retention);
    configs.put(
        TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(FUTURE_FENCE.toMillis()));
    return new TopicSpec(name, configs, false);
  }

  /**
   * A topic that Tracetide writes with times that were checked at the input; a refused record would
   * stop the application.
   */
  private static TopicSpec output(String name, Duration retention) {
    return new TopicSpec(name, withoutTimestampLimits(deleted(retention)), false);
  }

  /**
   * A topic whose retention counts from the time of writing. With event time, which is a field of
   * its records, the results of a backfill of last year would be deleted at once.
   */
  private static TopicSpec stampedByTheBroker(TopicSpec spec) {
    Map<String, String> configs = new HashMap<>(spec.configs());
    configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    return new TopicSpec(spec.name(), configs, spec.compacted());
  }

  /**
   * A topic stored with gzip, which every Kafka client supports (KafkaJS reads neither lz4 nor
   * zstd), whatever the producer used. The broker compresses the records again, which is too
   * expensive for the topics of all spans: those keep the producer's compression.
   */
  private static TopicSpec readableByAll(TopicSpec spec) {
    Map<String, String> configs = new HashMap<>(spec.configs());
    configs.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    return new TopicSpec(spec.name(), configs, spec.compacted());
  }

  private static TopicSpec compactedForever(String name) {
    Map<String, String> configs = sized();
    configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    configs.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofDays(1).toMillis()));
    return new TopicSpec(name, withoutTimestampLimits(configs), true);
  }

  private static TopicSpec compactedFor(String name, Duration retention) {
    Map<String, String> configs = deleted(retention);
    configs.put(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);
    return new TopicSpec(name, withoutTimestampLimits(configs), true);
  }

  /**
   * A dead-letter topic accepts records with any timestamp, since the timestamp may be the error.
   * The broker sets the timestamp, so that a record from the year 9999 does not keep its segment
   * until then.
   */
  private static TopicSpec deadLetter(String name) {
    Map<String, String> configs = withoutTimestampLimits(deleted(Duration.ofDays(7)));
    configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    return new TopicSpec(name, configs, false);
  }

  private static Map<String, String> sized() {
    Map<String, String> configs = new HashMap<>();
    configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RecordLimits.MESSAGE_BYTES));
    return configs;
  }

  private static Map<String, String> deleted(Duration retention) {
    Map<String, String> configs = sized();
    configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    configs.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
    // Only whole segments are deleted, and the default segment of a week is longer than the
    // retention.
    configs.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(SEGMENT.toMillis()));
    return configs;
  }

  private static Map<String, String> withoutTimestampLimits(Map<String, String> configs) {
    String unlimited = Long.toString(Long.MAX_VALUE);
    configs.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, unlimited);
    configs.put(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, unlimited);
    return configs;
  }
}
