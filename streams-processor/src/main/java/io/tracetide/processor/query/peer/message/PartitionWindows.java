package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Windows of one partition, as they travel between instances: read to the end and found whole
 * before the first of them is handed on, so that a partition counts entirely or not at all.
 *
 * <p>A series is spelled out once, before its first window, and then goes by its number; times are
 * sent as what has changed since the window before. Without counts a window takes three to five
 * bytes.
 */
public final class PartitionWindows {
  private static final int END = 0;
  private static final int SERIES = 1;
  private static final int WINDOW = 2;

  private static final byte[] NO_COUNTS = new byte[0];

  private final byte[] message;
  private final Coverage coverage;

  private PartitionWindows(byte[] message, Coverage coverage) {
    this.message = message;
    this.coverage = coverage;
  }

  /** Checks the whole message, which has to be about that partition. */
  public static PartitionWindows decode(byte[] message, int partition) {
    return new PartitionWindows(message, walk(message, partition, null));
  }

  /** How far this partition has closed its windows. */
  public Coverage coverage() {
    return coverage;
  }

  public void forEach(Consumer<StoredWindow> reader) {
    walk(message, -1, reader);
  }

  private static Coverage walk(
      byte[] message, int partition, @Nullable Consumer<StoredWindow> reader) {
    MessageReader in = new MessageReader(message, MessageKind.WINDOWS_ANSWER);
    int about = in.below(Integer.MAX_VALUE);
    if (partition >= 0 && about != partition) {
      throw MalformedMessageException.garbled(
          "partition %d was asked for, not %d".formatted(partition, about));
    }
    List<SeriesId> series = new ArrayList<>();
    long startMs = 0;
    long closedUpToMs = 0;
    for (int frame = in.below(3); frame != END; frame = in.below(3)) {
      if (frame == SERIES) {
        series.add(series(in.bytes()));
        continue;
      }
      SeriesId of = series.get(in.below(series.size()));
      startMs += in.signed();
      closedUpToMs += in.signed();
      if (reader == null) {
        in.skipBytes();
      } else {
        reader.accept(new StoredWindow(of, startMs, closedUpToMs, in.bytes()));
      }
    }
    Coverage coverage = new Coverage(List.of(), time(in), time(in));
    in.finish();
    return coverage;
  }

  private static SeriesId series(byte[] key) {
    try {
      return SeriesCodec.decode(key);
    } catch (IllegalArgumentException e) {
      throw MalformedMessageException.garbled("a key names no series");
    }
  }

  private static OptionalLong time(MessageReader in) {
    return in.flag() ? OptionalLong.of(in.signed()) : OptionalLong.empty();
  }

  /** Takes the windows of one partition; the same series may come again at any time. */
  public static final class Writer implements Consumer<StoredWindow> {
    private final MessageWriter out;
    private final boolean namesOnly;
    private final Map<SeriesId, Integer> numbers = new HashMap<>();
    private long lastStartMs;
    private long lastClosedUpToMs;

    public Writer(int partition, boolean namesOnly, int limit) {
      this.out = new MessageWriter(MessageKind.WINDOWS_ANSWER, limit);
      this.namesOnly = namesOnly;
      out.unsigned(partition);
    }

    @Override
    public void accept(StoredWindow window) {
      Integer number = numbers.get(window.series());
      if (number == null) {
        number = numbers.size();
        numbers.put(window.series(), number);
        out.unsigned(SERIES);
        out.bytes(SeriesCodec.encode(window.series()));
      }
      out.unsigned(WINDOW);
      out.unsigned(number);
      out.signed(window.startMs() - lastStartMs);
      out.signed(window.closedUpToMs() - lastClosedUpToMs);
      out.bytes(namesOnly ? NO_COUNTS : window.encodedCounts());
      lastStartMs = window.startMs();
      lastClosedUpToMs = window.closedUpToMs();
    }

    public byte[] finish(Coverage coverage) {
      out.unsigned(END);
      time(coverage.slowestCloseMs());
      time(coverage.fastestCloseMs());
      return out.finish();
    }

    private void time(OptionalLong timeMs) {
      out.flag(timeMs.isPresent());
      timeMs.ifPresent(out::signed);
    }
  }
}
