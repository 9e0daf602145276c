package io.tracetide.processor.query.peer.message;

import static io.tracetide.processor.query.peer.message.MessageFormat.ANOMALIES_REQUEST;
import static io.tracetide.processor.query.peer.message.MessageFormat.WINDOWS_REQUEST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.peer.AnomaliesRequest;
import io.tracetide.schemas.peer.PeerWindow;
import io.tracetide.schemas.peer.WindowDetail;
import io.tracetide.schemas.peer.WindowsHeader;
import io.tracetide.schemas.peer.WindowsPart;
import io.tracetide.schemas.peer.WindowsRequest;
import io.tracetide.schemas.serde.BareAvro;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class PartitionWindowsTest {
  private static final long START_MS = 1_772_359_200_000L;
  private static final SeriesId PAY = SeriesId.ofOperation("default", "shop", "pay");
  private static final SeriesId CPU = SeriesId.ofMetric("büro", "shop", "cpu_usage_percent");
  private static final int LIMIT = 1 << 20;

  @Test
  void shouldGiveBackWhatWasWritten() {
    Coverage coverage =
        new Coverage(List.of(), OptionalLong.of(START_MS), OptionalLong.of(START_MS + 10_000));
    byte[] message =
        message(
            coverage,
            false,
            window(PAY, START_MS, Long.MIN_VALUE, 3),
            window(CPU, START_MS - 50_000, START_MS, 1),
            window(PAY, START_MS + 10_000, START_MS, 2));

    PartitionWindows read = PartitionWindows.decode(message, 7);

    assertThat(read.coverage()).isEqualTo(coverage);
    List<StoredWindow> windows = windows(read);
    assertThat(windows).extracting(StoredWindow::series).containsExactly(PAY, CPU, PAY);
    assertThat(windows)
        .extracting(StoredWindow::startMs)
        .containsExactly(START_MS, START_MS - 50_000, START_MS + 10_000);
    assertThat(windows)
        .extracting(StoredWindow::closedUpToMs)
        .containsExactly(Long.MIN_VALUE, START_MS, START_MS);
    assertThat(windows)
        .extracting(window -> window.counts().stats().count())
        .containsExactly(3L, 1L, 2L);
  }

  @Test
  void shouldGiveBackAPartitionWithoutWindows() {
    Coverage nothing = new Coverage(List.of(), OptionalLong.empty(), OptionalLong.empty());

    PartitionWindows read = PartitionWindows.decode(message(nothing, false), 7);

    assertThat(read.coverage()).isEqualTo(nothing);
    assertThat(windows(read)).isEmpty();
  }

  @Test
  void shouldTakeFewBytesForAWindowWithoutCounts() {
    StoredWindow[] windows = new StoredWindow[720];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = window(PAY, START_MS + i * 10_000L, START_MS, 1);
    }

    byte[] message = message(closed(), true, windows);

    assertThat(message.length).isLessThan(720 * 8);
    assertThat(windows(PartitionWindows.decode(message, 7))).hasSize(720);
  }

  @Test
  void shouldNotGrowBeyondTheLimit() {
    PartitionWindows.Writer writer = new PartitionWindows.Writer(7, false, 200);

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                writer.accept(window(PAY, START_MS, START_MS, 1));
              }
            })
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("200");
  }

  @Test
  void shouldRejectAnotherPartition() {
    byte[] message = message(closed(), false);

    assertGarbled(message, 8);
  }

  @Test
  void shouldRejectAMessageThatIsTruncatedOrLonger() {
    byte[] message = message(closed(), false, window(PAY, START_MS, START_MS, 5));

    for (int length = 0; length < message.length; length++) {
      assertGarbled(Arrays.copyOf(message, length), 7);
    }
    assertGarbled(Arrays.copyOf(message, message.length + 1), 7);
  }

  @Test
  void shouldRejectEveryChangedByte() {
    byte[] message = message(closed(), false, window(PAY, START_MS, START_MS, 5));

    for (int i = 0; i < message.length; i++) {
      byte[] changed = message.clone();
      changed[i] ^= 0x10;
      assertThatThrownBy(() -> PartitionWindows.decode(changed, 7))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void shouldReadForgedBytesOrRejectThem() {
    byte[] message =
        message(
            closed(),
            false,
            window(PAY, START_MS, START_MS, 5),
            window(CPU, START_MS, START_MS, 5));
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] forged = message.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        int at =
            MessageFormat.HEADER_BYTES + random.nextInt(forged.length - MessageFormat.HEADER_BYTES);
        forged[at] = (byte) random.nextInt();
      }
      sign(forged);
      try {
        windows(PartitionWindows.decode(forged, 7));
      } catch (MalformedMessageException e) {
        assertThat(e.failure()).isEqualTo(PeerFailure.GARBLED);
      }
    }
  }

  @Test
  void shouldAllocateNothingForAPromisedLength() {
    byte[] message = message(closed(), false, window(PAY, START_MS, START_MS, 5));
    int keyLengthAt = MessageFormat.HEADER_BYTES + 2;
    byte[] huge = new byte[keyLengthAt + 5];
    System.arraycopy(message, 0, huge, 0, keyLengthAt);
    ByteBuffer.wrap(huge).put(keyLengthAt, new byte[] {-2, -1, -1, -1, 15}); // 2^31 - 1
    sign(huge);
    assertGarbled(huge, 7);

    byte[] negative = Arrays.copyOf(huge, keyLengthAt + 1);
    negative[keyLengthAt] = 1; // -1
    sign(negative);
    assertGarbled(negative, 7);
  }

  @Test
  void shouldRejectAWindowOfAnUnknownSeries() {
    for (int number : new int[] {-1, 0, Integer.MAX_VALUE}) {
      MessageFormat.Output out = MessageFormat.WINDOWS_RESPONSE.write(new WindowsHeader(7), LIMIT);
      out.write(
          new BareAvro<>(WindowsPart.class),
          new WindowsPart(
              new PeerWindow(number, START_MS, START_MS, ByteBuffer.wrap(new byte[0]))));
      assertGarbled(out.finish(), 7);
    }
  }

  @Test
  void shouldDistinguishAnotherVersionFromGarbage() {
    byte[] message = message(closed(), false);
    byte[] newer = message.clone();
    newer[3]++;
    byte[] older = message.clone();
    older[3]--;
    byte[] otherCounts = message.clone();
    otherCounts[4]++;

    assertThat(failure(newer)).isEqualTo(PeerFailure.OTHER_FORMAT);
    assertThat(failure(older)).isEqualTo(PeerFailure.OTHER_FORMAT);
    assertThat(failure(otherCounts)).isEqualTo(PeerFailure.OTHER_FORMAT);
    assertThat(failure("<html>hello</html>".getBytes(UTF_8))).isEqualTo(PeerFailure.GARBLED);
    assertThat(failure(anomaliesRequest(7))).isEqualTo(PeerFailure.GARBLED);
  }

  @Test
  void shouldGiveBackARequest() {
    Scope named = new Scope(Tenants.of("büro"), Set.of("a", "b, c"));
    WindowsRequest all =
        RequestRecords.windows(
            3, LIMIT, "10s", -5, Long.MAX_VALUE, Scope.EVERYTHING, WindowDetail.SERIES);
    WindowsRequest some =
        RequestRecords.windows(0, 1, "1h", 0, START_MS, named, WindowDetail.NAMES);

    assertThat(WINDOWS_REQUEST.decode(WINDOWS_REQUEST.encode(all))).isEqualTo(all);
    assertThat(WINDOWS_REQUEST.decode(WINDOWS_REQUEST.encode(some))).isEqualTo(some);
    assertThat(RequestRecords.scope(all)).isEqualTo(Scope.EVERYTHING);
    assertThat(RequestRecords.scope(some)).isEqualTo(named);
    assertThat(ANOMALIES_REQUEST.decode(anomaliesRequest(9)))
        .isEqualTo(new AnomaliesRequest(9, LIMIT));
    assertThatThrownBy(() -> WINDOWS_REQUEST.decode(new byte[40]))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static byte[] anomaliesRequest(int partition) {
    return ANOMALIES_REQUEST.encode(new AnomaliesRequest(partition, LIMIT));
  }

  private static void assertGarbled(byte[] message, int partition) {
    assertThatThrownBy(() -> PartitionWindows.decode(message, partition))
        .isInstanceOfSatisfying(
            MalformedMessageException.class,
            e -> assertThat(e.failure()).isEqualTo(PeerFailure.GARBLED));
  }

  private static PeerFailure failure(byte[] message) {
    try {
      PartitionWindows.decode(message, 7);
      throw new AssertionError("was accepted");
    } catch (MalformedMessageException e) {
      return e.failure();
    }
  }

  static void sign(byte[] message) {
    CRC32C checksum = new CRC32C();
    checksum.update(message, 0, 6);
    checksum.update(
        message, MessageFormat.HEADER_BYTES, message.length - MessageFormat.HEADER_BYTES);
    ByteBuffer.wrap(message).putInt(6, (int) checksum.getValue());
  }

  private static Coverage closed() {
    return new Coverage(List.of(), OptionalLong.of(START_MS), OptionalLong.of(START_MS));
  }

  private static byte[] message(Coverage coverage, boolean namesOnly, StoredWindow... windows) {
    PartitionWindows.Writer writer = new PartitionWindows.Writer(7, namesOnly, LIMIT);
    for (StoredWindow window : windows) {
      writer.accept(window);
    }
    return writer.finish(coverage);
  }

  private static List<StoredWindow> windows(PartitionWindows read) {
    List<StoredWindow> windows = new ArrayList<>();
    read.forEach(windows::add);
    return windows;
  }

  private static StoredWindow window(SeriesId series, long startMs, long closedUpToMs, int count) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < count; i++) {
      stats.record(1_000, 1, false);
    }
    return new StoredWindow(series, startMs, closedUpToMs, WindowStatsCodec.encode(stats, 0));
  }
}
