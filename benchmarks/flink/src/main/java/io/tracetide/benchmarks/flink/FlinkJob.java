package io.tracetide.benchmarks.flink;

import io.tracetide.benchmarks.variant.ConsumedRecords;
import io.tracetide.benchmarks.variant.ProgressLines;
import io.tracetide.benchmarks.variant.RunSettings;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and sketches by series in tumbling windows of event time, from Kafka to Kafka, exactly
 * once; ends at the end offsets of its start.
 *
 * <p>The job is optimised for Flink: objects are reused, events are decoded by hand, Kryo is not
 * used, and state and messages have custom serializers.
 *
 * <p>Arguments: the state backend, {@code hashmap} or {@code rocksdb}; then {@code checkpointMs=}
 * and the settings of the run.
 */
public final class FlinkJob {

  private static final Logger log = LoggerFactory.getLogger(FlinkJob.class);
  private static final String CHECKPOINT = "checkpointMs=";
  private static final int MAX_POLL_RECORDS = 2_000;
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(10);
  private static final MemorySize MANAGED_MEMORY = MemorySize.ofMebiBytes(256);

  private FlinkJob() {}

  public static void main(String[] args) throws Exception {
    RunSettings settings = RunSettings.parse(args);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            1, configuration(args[0], checkpoint(args), settings));
    environment
        .fromSource(
            source(settings),
            // In each partition events are in order; the source takes the slowest partition.
            WatermarkStrategy.<Tuple4<String, Long, Boolean, Long>>forMonotonousTimestamps()
                .withTimestampAssigner((work, ofRecord) -> work.f3),
            "traces")
        // The time is not sent on, because each element has it beside its value.
        .map(
            work -> Tuple3.of(work.f0, work.f1, work.f2),
            Types.TUPLE(Types.STRING, Types.LONG, Types.BOOLEAN))
        .keyBy(work -> work.f0, Types.STRING)
        .window(TumblingEventTimeWindows.of(Workload.WINDOW))
        .aggregate(
            new CountWork(),
            new PublishTally(),
            TallyType.INSTANCE,
            Types.TUPLE(Types.PRIMITIVE_ARRAY(Types.BYTE), Types.PRIMITIVE_ARRAY(Types.BYTE)))
        .sinkTo(sink(settings));
    ProgressLines.start(ConsumedRecords.events(settings));
    int exit = 1;
    try {
      environment.execute(settings.id());
      ProgressLines.finished(settings.records());
      exit = 0;
    } catch (JobExecutionException e) {
      log.error("the job failed", e);
    } finally {
      // Threads of the local cluster linger.
      System.exit(exit);
    }
  }

  private static Duration checkpoint(String[] args) {
    for (String argument : args) {
      if (argument.startsWith(CHECKPOINT)) {
        return Duration.ofMillis(Long.parseLong(argument.substring(CHECKPOINT.length())));
      }
    }
    throw new IllegalArgumentException("no " + CHECKPOINT + " among the arguments");
  }

  private static Configuration configuration(
      String backend, Duration checkpoint, RunSettings settings) {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, backend);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpoint);
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        settings.directory().resolve("checkpoints").toUri().toString());
    // A job that fails must end with an error, without a restart.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_MEMORY);
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.BIND_PORT, "0");
    return configuration;
  }

  private static KafkaSource<Tuple4<String, Long, Boolean, Long>> source(RunSettings settings) {
    return KafkaSource.<Tuple4<String, Long, Boolean, Long>>builder()
        .setBootstrapServers(settings.bootstrapServers())
        .setTopics(settings.input())
        .setGroupId(settings.id())
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setBounded(OffsetsInitializer.latest())
        .setProperty("max.poll.records", String.valueOf(MAX_POLL_RECORDS))
        .setDeserializer(
            new ReadWork(settings.registryUrl(), settings.input().equals(Topics.TRACE_BATCHES)))
        .build();
  }

  private static KafkaSink<Tuple2<byte[], byte[]>> sink(RunSettings settings) {
    Properties producer = new Properties();
    producer.setProperty("transaction.timeout.ms", String.valueOf(TRANSACTION_TIMEOUT.toMillis()));
    producer.setProperty("compression.type", "lz4");
    producer.setProperty("linger.ms", "20");
    return KafkaSink.<Tuple2<byte[], byte[]>>builder()
        .setBootstrapServers(settings.bootstrapServers())
        .setKafkaProducerConfig(producer)
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix(settings.id())
        .setRecordSerializer(new WriteTally(settings.output()))
        .build();
  }
}
