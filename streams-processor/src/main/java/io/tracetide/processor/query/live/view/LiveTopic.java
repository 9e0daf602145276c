package io.tracetide.processor.query.live.view;

import io.tracetide.processor.change.StateChange.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a client can subscribe to. */
public enum LiveTopic {
  METRICS("metrics_update", Kind.WINDOWS, "series", "metricSeries"),
  ANOMALIES("anomaly_detected", Kind.ANOMALIES, "anomalies"),
  TRACES("trace_update", Kind.TRACES, "traces");

  private static final String SUBSCRIBE = "subscribe_";
  private static final String UNSUBSCRIBE = "unsubscribe_";

  private final String update;
  private final Kind kind;

  @SuppressWarnings("ImmutableEnumChecker") // Never changed.
  private final List<String> sections;

  LiveTopic(String update, Kind kind, String... sections) {
    this.update = update;
    this.kind = kind;
    this.sections = List.of(sections);
  }

  /** Name in requests, in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Type of its messages to clients. */
  public String update() {
    return update;
  }

  /** The changes that it shows. */
  public Kind kind() {
    return kind;
  }

  /** Names of the lists in its messages, as in the answers to queries. */
  public List<String> sections() {
    return sections;
  }

  /** The topic of that label. */
  public static Optional<LiveTopic> of(String label) {
    return Arrays.stream(values()).filter(topic -> topic.label().equals(label)).findFirst();
  }

  /** The topic of a message that subscribes to it. */
  public static Optional<LiveTopic> subscribedBy(String type) {
    return after(SUBSCRIBE, type);
  }

  /** The topic of a message that ends a subscription to it. */
  public static Optional<LiveTopic> unsubscribedBy(String type) {
    return after(UNSUBSCRIBE, type);
  }

  private static Optional<LiveTopic> after(String prefix, String type) {
    return type.startsWith(prefix) ? of(type.substring(prefix.length())) : Optional.empty();
  }

  /** Types of messages that clients may send, for an error. */
  public static String accepted() {
    return Arrays.stream(values())
        .map(topic -> SUBSCRIBE + topic.label() + ", " + UNSUBSCRIBE + topic.label())
        .collect(Collectors.joining(", "));
  }

  /** Labels, for an error. */
  public static String labels() {
    return Arrays.stream(values()).map(LiveTopic::label).collect(Collectors.joining(", "));
  }
}
