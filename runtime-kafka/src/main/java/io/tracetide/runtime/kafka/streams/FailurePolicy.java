package io.tracetide.runtime.kafka.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.runtime.kafka.deadletter.DeadLetters;
import io.tracetide.runtime.kafka.state.StateFailure;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.size.OversizedRecordException;
import io.tracetide.schemas.size.RecordLimits;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last handler of records that cannot be read, processed or sent by a Streams application.
 *
 * <p>A failure that the record causes would repeat after every restart: the record is dropped, with
 * a dead letter that names its position, a meter and a log line, and processing goes on. A failure
 * of Kafka, the registry or the local state fails the thread, which is replaced and resumes from
 * the last commit.
 */
public abstract class FailurePolicy
    implements ProcessingExceptionHandler,
        ProductionExceptionHandler,
        DeserializationExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(FailurePolicy.class);

  private static final long QUIET_MS = 10_000;

  private final String deadLetterTopic;
  private final Map<String, Long> quietUntilMs = new HashMap<>();

  /**
   * A policy.
   *
   * @param deadLetterTopic receives a letter for each record that is dropped
   */
  protected FailurePolicy(String deadLetterTopic) {
    this.deadLetterTopic = deadLetterTopic;
  }

  /** Counts a dropped record, by cause and the topic that it was read from or meant for. */
  protected abstract void dropped(String cause, String topic);

  /**
   * Whether the thread should fail and its replacement process the record again, although the
   * record may be the cause.
   */
  protected boolean isRetried(ErrorHandlerContext context) {
    return false;
  }

  @Override
  public final ProcessingExceptionHandler.Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
    if (isOfTheEnvironment(failure) || context.topic() == null || isRetried(context)) {
      return ProcessingExceptionHandler.Response.fail();
    }
    report("processing_failed", context.topic(), context, failure);
    return ProcessingExceptionHandler.Response.resume(
        List.of(letter(context, "processing_failed", failure.toString())));
  }

  @Override
  public final DeserializationExceptionHandler.Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception failure) {
    if (isOfTheEnvironment(failure)) {
      return DeserializationExceptionHandler.Response.fail();
    }
    report("unreadable", record.topic(), context, failure);
    return DeserializationExceptionHandler.Response.resume(
        List.of(letter(context, "unreadable", failure.toString())));
  }

  @Override
  public final ProductionExceptionHandler.Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception failure) {
    if (failure instanceof OversizedRecordException) {
      report("output_too_large", record.topic(), context, failure);
      ProducerRecord<byte[], byte[]> letter =
          letter(context, "output_too_large", String.valueOf(failure.getMessage()));
      letter
          .headers()
          .add("outputTopic", record.topic().getBytes(UTF_8))
          .add("outputBytes", Long.toString(RecordLimits.bytes(record)).getBytes(UTF_8));
      return ProductionExceptionHandler.Response.resume(List.of(letter));
    }
    if (failure instanceof RecordTooLargeException) {
      // Rejected by the broker: the transaction is aborted, independent of this handler's result.
      log.error(
          "topic rejects a record of {} bytes, set its max.message.bytes to {} or more topic={}",
          RecordLimits.bytes(record),
          RecordLimits.MESSAGE_BYTES,
          record.topic());
    }
    return failure instanceof RetriableException
        ? ProductionExceptionHandler.Response.retry()
        : ProductionExceptionHandler.Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes") // The interface has the raw type.
  public final ProductionExceptionHandler.Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception failure,
      SerializationExceptionOrigin origin) {
    if (isOfTheEnvironment(failure)) {
      return ProductionExceptionHandler.Response.fail();
    }
    report("output_unwritable", record.topic(), context, failure);
    return ProductionExceptionHandler.Response.resume(
        List.of(letter(context, "output_unwritable", failure.toString())));
  }

  /** Whether Kafka, the registry or the local state caused a failure, and not a record. */
  public static boolean isOfTheEnvironment(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryUnavailableException || cause instanceof KafkaException) {
        return true;
      }
    }
    return StateFailure.of(failure).isPresent();
  }

  private void report(String cause, String topic, ErrorHandlerContext context, Exception failure) {
    dropped(cause, topic);
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

  /** A dead letter without the record's value, which may be too large. */
  private ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext context, String reason, String detail) {
    byte @Nullable [] key = context.sourceRawKey();
    return new ProducerRecord<>(
        deadLetterTopic,
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
