package io.tracetide.alert.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.alert.decision.Timer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of the stores. The parts of a key are UTF-8 with a zero byte between them, tenant first, so
 * that all keys of a tenant have one prefix that no other tenant's key has. Keys of timers begin
 * with the time, so that the timers that are due come first.
 */
public final class StoreKeys {
  /** The key of these parts. */
  static Bytes of(String... parts) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        key.write(0);
      }
      key.writeBytes(escape(parts[i]).getBytes(UTF_8));
    }
    return Bytes.wrap(key.toByteArray());
  }

  /** What all keys begin with that have these parts and more. */
  static byte[] prefix(String... parts) {
    byte[] key = of(parts).get();
    return Arrays.copyOf(key, key.length + 1);
  }

  /** The first part of a key. */
  static String first(Bytes key) {
    return part(key.get(), 0);
  }

  /** The last part of a key. */
  static String last(Bytes key) {
    byte[] bytes = key.get();
    int start = bytes.length;
    while (start > 0 && bytes[start - 1] != 0) {
      start--;
    }
    return part(bytes, start);
  }

  private static String part(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, UTF_8)
        .replace("\u0001z", "\0")
        .replace("\u0001e", "\u0001");
  }

  /** Names may contain any character, the separator included. */
  private static String escape(String part) {
    return part.replace("\u0001", "\u0001e").replace("\0", "\u0001z");
  }

  /** Key of a timer; times are rounded up to milliseconds. */
  static Bytes timer(Instant due, String tenant, Timer timer) {
    byte[] subject = of(tenant, letter(timer.kind()), timer.id()).get();
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES + subject.length).putLong(millis(due)).put(subject).array());
  }

  /** When the timer of a key is due, in milliseconds since 1970. */
  public static long dueMillis(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong();
  }

  /** Tenant of the timer of a key. */
  public static String timerTenant(Bytes key) {
    return part(key.get(), Long.BYTES);
  }

  /** The timer of a key. */
  public static Timer timer(Bytes key) {
    byte[] bytes = key.get();
    int kind = Long.BYTES;
    while (bytes[kind] != 0) {
      kind++;
    }
    return new Timer(kind((char) bytes[kind + 1]), part(bytes, kind + 3));
  }

  private static String letter(Timer.Kind kind) {
    return switch (kind) {
      case ALERT -> "a";
      case GROUP -> "g";
      case SILENCE -> "s";
    };
  }

  private static Timer.Kind kind(char letter) {
    return switch (letter) {
      case 'a' -> Timer.Kind.ALERT;
      case 'g' -> Timer.Kind.GROUP;
      case 's' -> Timer.Kind.SILENCE;
      default -> throw new IllegalArgumentException("no kind of timer has the letter " + letter);
    };
  }

  private static long millis(Instant time) {
    return time.plusNanos(999_999).toEpochMilli();
  }

  private StoreKeys() {}
}
