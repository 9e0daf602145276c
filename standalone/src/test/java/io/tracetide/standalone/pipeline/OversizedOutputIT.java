package io.tracetide.standalone.pipeline;

import static io.tracetide.standalone.pipeline.PaddedRecords.utf8;
import static io.tracetide.standalone.pipeline.SentRecord.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.processor.intake.BatchingClients;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.topology.intake.ProcessorFailurePolicy;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.launch.PipelineFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction with an output that is larger than its topic takes. */
class OversizedOutputIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Test
  void shouldGoOnWithATransactionAfterAnOutputThatIsTooLarge(@TempDir Path directory)
      throws Exception {
    PipelineFixture kafka = PipelineFixture.shared();
    try (Admin admin = Admin.create(kafka.clients())) {
      for (String topic : List.of("grow-in", "grow-out")) {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      }
    }
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("grow-in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .mapValues(value -> value.length == 0 ? new byte[2 << 20] : value)
        .to("grow-out", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "grow");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, ProcessorFailurePolicy.class);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    for (int i = 0; i < 50; i++) {
      byte[] value = i % 10 == 3 ? new byte[0] : utf8("good-" + i);
      kafka.producer().send(new ProducerRecord<>("grow-in", utf8("k"), value)).get();
    }
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    try (KafkaStreams streams =
        new KafkaStreams(
            builder.build(),
            settings,
            new BatchingClients(Set.of(), InputProgress.of("grow-in")))) {
      streams.setUncaughtExceptionHandler(
          failure -> {
            failures.add(failure);
            return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
          });
      streams.start();

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(kafka.read("grow-out")).hasSize(45));
    }

    assertThat(failures).isEmpty();
    assertThat(kafka.read(Topics.TRACES_DEAD_LETTER))
        .filteredOn(letter -> header(letter, "topic").equals("grow-in"))
        .hasSize(5)
        .allSatisfy(
            letter -> {
              assertThat(header(letter, "reason")).isEqualTo("output_too_large");
              assertThat(header(letter, "outputTopic")).isEqualTo("grow-out");
              assertThat(header(letter, "outputBytes")).isEqualTo("2097153");
            });
  }
}
