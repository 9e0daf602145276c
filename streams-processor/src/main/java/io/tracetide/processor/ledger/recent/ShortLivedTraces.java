package io.tracetide.processor.ledger.recent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.event.TraceView;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Traces that have started since the last commit, as the bytes of their records. Most of them end
 * before the next commit; then their records are never decoded, which makes short traces cheap.
 * Bounded by bytes. Not thread-safe.
 */
public final class ShortLivedTraces {

  /** Maximum of bytes of records; further traces are followed at once. */
  private static final int MOST_BYTES = 32 << 20;

  /** Maximum of traces whose memory is kept for reuse. */
  private static final int MOST_SPARE = 1_024;

  /** Maximum of bytes of a trace whose memory is kept for reuse. */
  private static final int MOST_KEPT_BYTES = 4_096;

  private final Map<Long, Brief> traces = new HashMap<>();
  private final Deque<Brief> spare = new ArrayDeque<>();
  private int bytes;

  public int size() {
    return traces.size();
  }

  public boolean hasRoom() {
    return bytes < MOST_BYTES;
  }

  /** The short-lived trace of an event; null when there is none. */
  @Nullable
  public Brief of(TraceView event, long hash) {
    if (traces.isEmpty()) {
      return null;
    }
    Brief brief = traces.get(hash);
    return brief != null && event.isOfTrace(brief.tenant, brief.traceId) ? brief : null;
  }

  /** Prefetches a trace, see {@link KeyTable#fetch}. */
  public int fetch(long hash) {
    Brief brief = traces.isEmpty() ? null : traces.get(hash);
    return brief == null ? 0 : brief.fetch();
  }

  /** Begins a trace with the start of a span; null when another trace has the same hash. */
  @Nullable
  public Brief begin(TraceView event, long hash, long span) {
    @Nullable Brief known = spare.poll();
    Brief brief = known == null ? new Brief() : known;
    if (traces.putIfAbsent(hash, brief) != null) {
      spare.add(brief);
      return null;
    }
    brief.tenant = event.copyTenant();
    brief.traceId = event.copyTraceId();
    brief.begin(span);
    return brief;
  }

  /** Adds the record of an event. */
  public void add(Brief brief, TraceView event) {
    bytes += event.recordLength();
    brief.add(event.bytes(), event.recordStart(), event.recordLength());
  }

  /** Removes a trace; its memory is reused by the next one. */
  public void remove(long hash) {
    Brief brief = traces.remove(hash);
    if (brief != null) {
      bytes -= brief.length();
      if (spare.size() < MOST_SPARE && brief.records.length <= MOST_KEPT_BYTES) {
        brief.clear();
        spare.add(brief);
      }
    }
  }

  /** Removes all traces, and passes each with its hash. */
  public void removeAll(BiConsumer<Long, Brief> taker) {
    traces.forEach(taker);
    traces.clear();
    bytes = 0;
  }

  /** One trace: its records one after another, and the spans that have started and not ended. */
  public static final class Brief {

    private static final byte[] NO_BYTES = {};

    private byte[] tenant = NO_BYTES;
    private byte[] traceId = NO_BYTES;
    private byte[] records = new byte[512];
    private int[] ends = new int[4];
    private int recordCount;
    private long[] openSpans = new long[2];
    private int openCount;
    private long root;
    private long receivedMs;
    private long receivedAt;

    private void clear() {
      recordCount = 0;
      openCount = 0;
    }

    private int fetch() {
      return traceId.length + ends[0] + (int) openSpans[0] + records[length() - 1];
    }

    private int length() {
      return recordCount == 0 ? 0 : ends[recordCount - 1];
    }

    private void add(byte[] from, int start, int length) {
      int at = length();
      if (at + length > records.length) {
        records = Arrays.copyOf(records, Math.max(2 * records.length, at + length));
      }
      if (recordCount == ends.length) {
        ends = Arrays.copyOf(ends, 2 * recordCount);
      }
      System.arraycopy(from, start, records, at, length);
      ends[recordCount++] = at + length;
    }

    /** A span has started. The first one counts as the root. */
    public void begin(long span) {
      if (openCount == openSpans.length) {
        openSpans = Arrays.copyOf(openSpans, 2 * openCount);
      }
      if (recordCount == 0) {
        root = span;
      }
      openSpans[openCount++] = span;
    }

    /** Sets the time of the last event, by the wall clock and in observed time. */
    public void touch(long nowMs, long observedMs) {
      receivedMs = nowMs;
      receivedAt = observedMs;
    }

    public long receivedMs() {
      return receivedMs;
    }

    public long receivedAt() {
      return receivedAt;
    }

    public boolean isRoot(long span) {
      return span == root;
    }

    public boolean hasBegun(long span) {
      return place(span) >= 0;
    }

    /** A span has ended. */
    public void end(long span) {
      int place = place(span);
      if (place >= 0) {
        openCount--;
        openSpans[place] = openSpans[openCount];
      }
    }

    private int place(long span) {
      for (int i = 0; i < openCount; i++) {
        if (openSpans[i] == span) {
          return i;
        }
      }
      return -1;
    }

    public boolean isOver() {
      return openCount == 0;
    }

    public String tenant() {
      return tenant.length == 0 ? "default" : new String(tenant, UTF_8);
    }

    public String traceId() {
      return new String(traceId, UTF_8);
    }

    /** Passes a copy of each record. */
    public void forEach(Consumer<byte[]> reader) {
      int start = 0;
      for (int i = 0; i < recordCount; i++) {
        reader.accept(Arrays.copyOfRange(records, start, ends[i]));
        start = ends[i];
      }
    }

    /** Adds the records to the recent ones, under the hash of the trace. */
    public void addTo(RecentTraces recent, long hash, long nowMs) {
      recent.add(hash, records, ends, recordCount, nowMs);
    }
  }
}
