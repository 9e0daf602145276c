package io.tracetide.benchmarks.variant;

import io.tracetide.benchmarks.workload.EventWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The programs that are compared. */
public enum Variant {
  OURS("Tracetide's processor with its defaults: three tiers, detection, rules, queries"),
  OURS_BATCHES("ours, with batches of events as its input"),
  OURS_CORE(
      "the same without detection and rules: validate, combine, partials, three tiers,"
          + " output"),
  OURS_CORE_BATCHES("ours-core, with batches of events as its input"),
  CONSUME("L: poll and decode each event whole with Avro's SpecificRecord"),
  CONSUME_BATCHES("L on batches: poll and decode each batch to SpecificRecord events"),
  CONSUME_NEEDED("poll and decode the fields that aggregation needs with Tracetide's reader"),
  TUTORIAL("T on input keyed by series: groupByKey, windowedBy, aggregate with a DDSketch serde"),
  TUTORIAL_REPARTITION("T with the repartition that arbitrary keys need: selectKey first"),
  TUTORIAL_BATCHES("T on batches: decode to events, selectKey, and the same aggregation"),
  FLINK_HEAP("F: Flink DataStream, hand reader, keyBy, tumbling windows, DDSketch, heap state"),
  FLINK_HEAP_BATCHES("F on batches, read with Tracetide's reader of batches"),
  FLINK_ROCKSDB("F with RocksDB state");

  private final String what;

  Variant(String what) {
    this.what = what;
  }

  /** Name on the command line and in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Description in one line. */
  public String what() {
    return what;
  }

  /** The variant of that label. */
  public static Optional<Variant> of(String label) {
    return Arrays.stream(values()).filter(v -> v.label().equals(label)).findFirst();
  }

  /** How its input must be keyed. */
  public EventWriter.Key key() {
    return switch (this) {
      case TUTORIAL -> EventWriter.Key.SERIES;
      case OURS_BATCHES, OURS_CORE_BATCHES, CONSUME_BATCHES, TUTORIAL_BATCHES, FLINK_HEAP_BATCHES ->
          EventWriter.Key.BATCH;
      default -> EventWriter.Key.TRACE;
    };
  }

  /** Whether it publishes results that can be checked. */
  public boolean answers() {
    return this != CONSUME && this != CONSUME_BATCHES && this != CONSUME_NEEDED;
  }

  /** Whether it ends after the last record; the others run until they are stopped. */
  public boolean endsByItself() {
    return !answers() || isFlink();
  }

  public boolean isTracetide() {
    return switch (this) {
      case OURS, OURS_BATCHES, OURS_CORE, OURS_CORE_BATCHES -> true;
      default -> false;
    };
  }

  public boolean isFlink() {
    return this == FLINK_HEAP || this == FLINK_HEAP_BATCHES || this == FLINK_ROCKSDB;
  }
}
