package io.tracetide.processor.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.intake.RecordBatch;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.size.OversizedRecordException;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a record that cannot be processed or sent, where nothing before has set it aside.
 * One that the data itself makes fail is dropped, with a dead letter that says where it was, a
 * meter and a line in the log, and the stream goes on: the same record would fail again after every
 * restart. What the world makes fail (Kafka, the registry, a store) fails the thread, which is
 * replaced and begins again from the last commit.
 *
 * <p>A batch of records that fails is tried once more by the next thread before it is dropped: the
 * good records in it would go with it. That is done once in five minutes, for a processor whose
 * threads fail more often stops.
 */
public final class FailedRecords
    implements ProcessingExceptionHandler,
        ProductionExceptionHandler,
        DeserializationExceptionHandler {

  /** Setting that holds the {@link State}. */
  public static final String STATE = "tracetide.processor.failed.records";

  private static final Logger log = LoggerFactory.getLogger(FailedRecords.class);

  private static final long QUIET_MS = 10_000;

  private final Map<String, Long> quietUntilMs = new HashMap<>();
  private @Nullable State state;

  /** What outlives a thread, and is shared by all of them. */
  public static final class State {

    /** A processor that replaces threads more often stops. */
    private static final long BETWEEN_TRIES_NANOS = Duration.ofMinutes(5).toNanos();

    private final ProcessorMetrics metrics;
    private @Nullable Long triedAgainNanos;

    public State(ProcessorMetrics metrics) {
      this.metrics = metrics;
    }

    synchronized boolean mayTryAgain(long nowNanos) {
      Long last = triedAgainNanos;
      if (last != null && nowNanos - last < BETWEEN_TRIES_NANOS) {
        return false;
      }
      triedAgainNanos = nowNanos;
      return true;
    }
  }

  @Override
  public void configure(Map<String, ?> configs) {
    state = configs.get(STATE) instanceof State given ? given : null;
  }

  @Override
  public ProcessingExceptionHandler.Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
    if (isOfTheWorld(failure) || context.topic() == null || isTriedAgain(context)) {
      return ProcessingExceptionHandler.Response.fail();
    }
    note("processing_failed", context.topic(), context, failure);
    return ProcessingExceptionHandler.Response.resume(
        List.of(letter(context, "processing_failed", failure.toString())));
  }

  /** Whether a batch failed, and its thread should try again. */
  private boolean isTriedAgain(ErrorHandlerContext context) {
    State shared = state;
    return shared != null && isBatch(context.headers()) && shared.mayTryAgain(System.nanoTime());
  }

  private static boolean isBatch(@Nullable Headers headers) {
    return headers != null && RecordBatch.isMarked(headers);
  }

  @Override
  public DeserializationExceptionHandler.Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception failure) {
    if (isOfTheWorld(failure)) {
      return DeserializationExceptionHandler.Response.fail();
    }
    note("unreadable", record.topic(), context, failure);
    return DeserializationExceptionHandler.Response.resume(
        List.of(letter(context, "unreadable", failure.toString())));
  }

  @Override
  public ProductionExceptionHandler.Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception failure) {
    if (failure instanceof OversizedRecordException) {
      note("output_too_large", record.topic(), context, failure);
      ProducerRecord<byte[], byte[]> letter =
          letter(context, "output_too_large", String.valueOf(failure.getMessage()));
      letter
          .headers()
          .add("outputTopic", record.topic().getBytes(UTF_8))
          .add("outputBytes", Long.toString(RecordLimits.bytes(record)).getBytes(UTF_8));
      return ProductionExceptionHandler.Response.resume(List.of(letter));
    }
    if (failure instanceof RecordTooLargeException) {
      // Refused by the broker: the transaction is lost, whatever is answered here.
      log.error(
          "topic takes no record of {} bytes, set its max.message.bytes to {} or more topic={}",
          RecordLimits.bytes(record),
          RecordLimits.MESSAGE_BYTES,
          record.topic());
    }
    return failure instanceof RetriableException
        ? ProductionExceptionHandler.Response.retry()
        : ProductionExceptionHandler.Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes") // So the interface has it.
  public ProductionExceptionHandler.Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception failure,
      SerializationExceptionOrigin origin) {
    if (isOfTheWorld(failure)) {
      return ProductionExceptionHandler.Response.fail();
    }
    note("output_unwritable", record.topic(), context, failure);
    return ProductionExceptionHandler.Response.resume(
        List.of(letter(context, "output_unwritable", failure.toString())));
  }

  private static boolean isOfTheWorld(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryUnavailableException || cause instanceof KafkaException) {
        return true;
      }
    }
    return false;
  }

  private void note(String cause, String topic, ErrorHandlerContext context, Exception failure) {
    State shared = state;
    if (shared != null) {
      shared.metrics.dropped(cause, topic).increment();
    }
    long nowMs = System.nanoTime() / 1_000_000;
    Long until = quietUntilMs.get(cause + topic);
    if (until == null || nowMs - until >= 0) {
      quietUntilMs.put(cause + topic, nowMs + QUIET_MS);
      log.error(
          "record dropped cause={} topic={} fromTopic={} fromPartition={} fromOffset={}",
          cause,
          topic,
          context.topic(),
          context.partition(),
          context.offset(),
          failure);
    }
  }

  /** Says where the record was, without its value: it may be what is too large. */
  private static ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext context, String reason, String detail) {
    byte @Nullable [] key = context.sourceRawKey();
    return new ProducerRecord<>(
        Topics.TRACES_DEAD_LETTER,
        null,
        null,
        key == null ? null : Oversized.prefix(ByteBuffer.wrap(key)),
        new byte[0],
        DeadLetters.headers(
            reason,
            detail,
            String.valueOf(context.topic()),
            context.partition(),
            context.offset(),
            null));
  }
}
