package io.tracetide.processor.query.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.live.view.Item;
import io.tracetide.processor.query.live.view.LiveTopic;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One update of a channel: items that have changed since the update before, or a snapshot. Its JSON
 * is built once for all clients. Items that a later update replaces are removed.
 */
final class LiveUpdate {
  private static final int OVERHEAD_BYTES = 256;

  private final long seq;
  private final long atMs;
  private final List<String> missing;
  private final Map<Object, Item> items;
  private final byte @Nullable [] snapshot;
  private final String reason;
  private byte @Nullable [] body;
  private @Nullable String at;

  private LiveUpdate(
      long seq,
      long atMs,
      List<String> missing,
      Map<Object, Item> items,
      byte @Nullable [] snapshot,
      String reason) {
    this.seq = seq;
    this.atMs = atMs;
    this.missing = missing;
    this.items = items;
    this.snapshot = snapshot;
    this.reason = reason;
  }

  /** Identifies an item in its message. */
  record Key(String section, Object key) {
    static Key of(Item item) {
      return new Key(item.section(), item.key());
    }
  }

  /**
   * Items that have changed.
   *
   * @param missing hosts whose changes are not contained
   */
  static LiveUpdate of(long seq, long atMs, List<String> missing, Map<Object, Item> items) {
    return new LiveUpdate(seq, atMs, missing, items, null, "");
  }

  /**
   * The whole state.
   *
   * @param answer JSON object of the answer to the query
   * @param reason why it is sent
   */
  static LiveUpdate ofSnapshot(long seq, long atMs, byte[] answer, String reason) {
    return new LiveUpdate(seq, atMs, List.of(), Map.of(), answer, reason);
  }

  /** The latest items of consecutive updates, none of which is a snapshot. */
  static LiveUpdate merged(List<LiveUpdate> updates) {
    Map<Object, Item> latest = new LinkedHashMap<>();
    for (LiveUpdate update : updates) {
      update.items.forEach(
          (key, item) -> {
            latest.remove(key);
            latest.put(key, item);
          });
    }
    LiveUpdate last = updates.get(updates.size() - 1);
    return of(last.seq, last.atMs, last.missing, latest);
  }

  long seq() {
    return seq;
  }

  long atMs() {
    return atMs;
  }

  /** The time in ISO-8601. */
  String at() {
    String known = at;
    if (known == null) {
      known = Instant.ofEpochMilli(atMs).toString();
      at = known;
    }
    return known;
  }

  boolean isSnapshot() {
    return snapshot != null;
  }

  String reason() {
    return reason;
  }

  Map<Object, Item> items() {
    return items;
  }

  /** Approximate bytes in memory beside the items. */
  long ownWeight() {
    return (long) OVERHEAD_BYTES + (snapshot == null ? 0 : snapshot.length);
  }

  /** Removes an item that a later update replaces; null when there is none. */
  @Nullable Item replaced(Object key) {
    return items.remove(key);
  }

  /** Drops the JSON, which is built again when it is needed. */
  void dropBody() {
    body = null;
  }

  /** The end of the message, after its head: the fields of the answer and the closing brace. */
  byte[] body(LiveTopic topic) {
    byte[] known = body;
    if (known == null) {
      known = snapshot == null ? join(topic) : afterBrace(snapshot);
      body = known;
    }
    return known;
  }

  static byte[] afterBrace(byte[] object) {
    byte[] rest = new byte[object.length - 1];
    System.arraycopy(object, 1, rest, 0, rest.length);
    return rest;
  }

  private byte[] join(LiveTopic topic) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    write(out, "\"partial\":" + !missing.isEmpty() + ",\"missing\":" + JsonLiteral.list(missing));
    for (String section : topic.sections()) {
      write(out, ",\"" + section + "\":[");
      String separator = "";
      for (Item item : items.values()) {
        if (item.section().equals(section)) {
          write(out, separator);
          out.writeBytes(item.json());
          separator = ",";
        }
      }
      write(out, "]");
    }
    write(out, "}");
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(UTF_8));
  }
}
