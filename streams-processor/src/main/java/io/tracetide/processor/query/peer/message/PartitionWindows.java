package io.tracetide.processor.query.peer.message;

import static io.tracetide.processor.query.peer.message.RequestRecords.nullable;
import static io.tracetide.processor.query.peer.message.RequestRecords.optional;

import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.peer.PeerSeries;
import io.tracetide.schemas.peer.PeerWindow;
import io.tracetide.schemas.peer.WindowsEnd;
import io.tracetide.schemas.peer.WindowsHeader;
import io.tracetide.schemas.peer.WindowsPart;
import io.tracetide.schemas.serde.BareAvro;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The windows of one partition as a message. It is checked to its end before its first window is
 * used, so that a partition counts entirely or not at all.
 *
 * <p>The windows are records of their own and not an array of one record: a message may have
 * millions of windows without statistics, a few bytes each, which take ten times that as objects. A
 * series is written once, before its first window, and referred to by its number; times are written
 * as differences.
 */
public final class PartitionWindows {
  private static final BareAvro<WindowsPart> PART = new BareAvro<>(WindowsPart.class);
  private static final byte[] NO_STATS = new byte[0];

  private final byte[] message;
  private final int partition;
  private final Coverage coverage;

  private PartitionWindows(byte[] message, int partition) {
    this.message = message;
    this.partition = partition;
    this.coverage = forEachWindow(window -> {});
  }

  /** Checks the whole message, which has to be about that partition. */
  public static PartitionWindows decode(byte[] message, int partition) {
    return new PartitionWindows(message, partition);
  }

  /** How far this partition has closed its windows. */
  public Coverage coverage() {
    return coverage;
  }

  public void forEach(Consumer<StoredWindow> reader) {
    forEachWindow(reader);
  }

  private Coverage forEachWindow(Consumer<StoredWindow> reader) {
    MessageFormat.Input in = MessageFormat.WINDOWS_RESPONSE.read(message, partition);
    List<SeriesId> series = new ArrayList<>();
    long startMs = 0;
    long closedUpToMs = 0;
    while (true) {
      Object part = in.read(PART).getPart();
      if (part instanceof PeerWindow row) {
        startMs += row.getStartMs();
        closedUpToMs += row.getClosedUpToMs();
        SeriesId of = series(series, row.getSeries());
        reader.accept(new StoredWindow(of, startMs, closedUpToMs, row.getStats().array()));
      } else if (part instanceof PeerSeries next) {
        series.add(series(next.getKey().array()));
      } else if (part instanceof WindowsEnd end) {
        in.finish();
        return new Coverage(
            List.of(), optional(end.getSlowestCloseMs()), optional(end.getFastestCloseMs()));
      }
    }
  }

  private static SeriesId series(List<SeriesId> series, int number) {
    if (number < 0 || number >= series.size()) {
      throw MalformedMessageException.garbled("a window has no series");
    }
    return series.get(number);
  }

  private static SeriesId series(byte[] key) {
    try {
      return SeriesCodec.decode(key);
    } catch (IllegalArgumentException e) {
      throw MalformedMessageException.garbled("not the key of a series");
    }
  }

  /** Writes the windows of one partition; those of different series may alternate. */
  public static final class Writer implements Consumer<StoredWindow> {
    private final MessageFormat.Output out;
    private final boolean namesOnly;
    private final Map<SeriesId, Integer> numbers = new HashMap<>();
    private long lastStartMs;
    private long lastClosedUpToMs;

    public Writer(int partition, boolean namesOnly, int limit) {
      this.out = MessageFormat.WINDOWS_RESPONSE.write(new WindowsHeader(partition), limit);
      this.namesOnly = namesOnly;
    }

    @Override
    public void accept(StoredWindow window) {
      Integer number = numbers.get(window.series());
      if (number == null) {
        number = numbers.size();
        numbers.put(window.series(), number);
        write(new PeerSeries(ByteBuffer.wrap(SeriesCodec.encode(window.series()))));
      }
      write(
          new PeerWindow(
              number,
              window.startMs() - lastStartMs,
              window.closedUpToMs() - lastClosedUpToMs,
              ByteBuffer.wrap(namesOnly ? NO_STATS : window.encodedCounts())));
      lastStartMs = window.startMs();
      lastClosedUpToMs = window.closedUpToMs();
    }

    public byte[] finish(Coverage coverage) {
      write(
          new WindowsEnd(nullable(coverage.slowestCloseMs()), nullable(coverage.fastestCloseMs())));
      return out.finish();
    }

    private void write(Object part) {
      out.write(PART, new WindowsPart(part));
    }
  }
}
