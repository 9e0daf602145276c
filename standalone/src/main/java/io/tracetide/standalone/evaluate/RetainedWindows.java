package io.tracetide.standalone.evaluate;

import io.tracetide.processor.detection.evidence.SampleCollector;
import io.tracetide.processor.detection.evidence.SeriesSample;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.evaluate.WindowTable.Series;
import io.tracetide.standalone.retained.RetainedRecords;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The windows of 10 s of operations that Kafka retains in the topic {@code window-aggregates}, up
 * to its end when it was opened. Of a window that was published several times the last revision is
 * taken. Windows are numbered from the epoch.
 */
public final class RetainedWindows implements AutoCloseable {

  /** Length of the windows that are assessed. */
  public static final Duration WINDOW = Duration.ofSeconds(10);

  private static final int MOST_NAMED = 10;

  private final RetainedRecords records;
  private final Map<String, WindowTable> tenants = new TreeMap<>();
  private long malformed;

  private RetainedWindows(RetainedRecords records) {
    this.records = records;
  }

  /**
   * Opens the topic.
   *
   * @param patience how long Kafka may take to answer
   * @param since time from which on the records were published; empty for all
   * @param limit maximum number of records, the newest ones, spread evenly over the partitions
   * @throws EnvironmentException when Kafka does not answer or has no such topic
   */
  public static RetainedWindows open(
      KafkaConfig kafka, Duration patience, Optional<Instant> since, long limit) {
    return new RetainedWindows(
        RetainedRecords.open(kafka, Topics.WINDOW_AGGREGATES, patience, since, limit));
  }

  /** Number of records to read, those of other series and transaction markers included. */
  public long total() {
    return records.total();
  }

  /** Whether all records are read, despite the limit. */
  public boolean isWholeRange() {
    return records.isWholeRange();
  }

  /** Number of records that could not be read. */
  public long malformed() {
    return malformed;
  }

  /**
   * Reads all records.
   *
   * @param progress receives the number of records read
   * @throws EnvironmentException when Kafka or the registry stop responding
   */
  public void read(SchemaRegistry registry, LongConsumer progress) {
    AvroDecoder<WindowAggregate> decoder = new AvroDecoder<>(registry, WindowAggregate.class);
    records.read((partition, offset, value) -> add(value, decoder), progress);
  }

  private void add(byte[] value, AvroDecoder<WindowAggregate> decoder) {
    try {
      add(decoder.decode(value));
    } catch (MalformedRecordException | UnknownSchemaException | IllegalArgumentException e) {
      malformed++;
    }
  }

  private void add(WindowAggregate window) {
    SeriesKey key = window.getSeries();
    SeriesId id =
        new SeriesId(
            key.getTenantId(), key.getServiceName(), key.getOperationName(), key.getMetricName());
    Duration length = Duration.between(window.getWindowStart(), window.getWindowEnd());
    if (!length.equals(WINDOW) || !key.getAttributes().isEmpty() || !SampleCollector.samples(id)) {
      return;
    }
    tenants
        .computeIfAbsent(id.tenant(), tenant -> new WindowTable())
        .put(
            new Series(id.service(), id.operation()),
            Math.floorDiv(window.getWindowStart().toEpochMilli(), WINDOW.toMillis()),
            SeriesSample.sample(
                window.getCount(),
                window.getWeightedCount(),
                window.getErrors(),
                QuantileSketch.fromBytes(bytes(window.getSketch()))));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /**
   * The windows of a tenant.
   *
   * @param tenant its name; null for the only one
   * @throws EnvironmentException when there are no windows, or those of several tenants and none is
   *     selected
   */
  public WindowTable of(@Nullable String tenant) {
    if (tenants.isEmpty()) {
      throw new EnvironmentException(
          "the topic %s has no windows of operations yet: a processor publishes them when spans arrive"
              .formatted(Topics.WINDOW_AGGREGATES));
    }
    @Nullable WindowTable table =
        tenant == null && tenants.size() == 1
            ? tenants.values().iterator().next()
            : tenants.get(tenant == null ? "" : tenant);
    if (table == null) {
      throw new EnvironmentException(
          "%s: select one of %s with --tenant"
              .formatted(
                  tenant == null
                      ? "the topic has windows of %d tenants".formatted(tenants.size())
                      : "the topic has no windows of tenant " + tenant,
                  named()));
    }
    if (table.length() > WindowTable.MAX_RANGE) {
      throw new EnvironmentException(
          "the windows are from %s to %s, which are too many: select later ones with --since"
              .formatted(start(table.firstWindow()), start(table.lastWindow())));
    }
    return table;
  }

  private String named() {
    String names = String.join(", ", tenants.keySet().stream().limit(MOST_NAMED).toList());
    int others = tenants.size() - MOST_NAMED;
    return others > 0 ? "%s and %d others".formatted(names, others) : names;
  }

  /** Start of a window. */
  public static Instant start(long window) {
    return Instant.ofEpochMilli(window * WINDOW.toMillis());
  }

  @Override
  public void close() {
    records.close();
  }
}
