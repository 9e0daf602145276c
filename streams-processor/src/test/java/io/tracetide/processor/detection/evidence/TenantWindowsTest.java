package io.tracetide.processor.detection.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.detection.evidence.EvidenceJournal;
import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.detection.evidence.SampleBatch.Kind;
import io.tracetide.processor.detection.silence.SilenceDetector;
import io.tracetide.schemas.Exemplars;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TenantWindowsTest {

  private final Saved saved = new Saved();
  private long nowMs = 1_000_000;
  private final List<String> reports = new ArrayList<>();

  /** Series that are assessed in a window. */
  private int assessed;

  private TenantWindows windows = new TenantWindows("acme", 99, saved, this::reported);

  private void reported(SampleBatch report) {
    reports.add(new String(report.reported(), UTF_8));
  }

  @Test
  void shouldCompleteAWindowWithTheLastPartition() {
    send(1, 100);
    assertThat(complete()).containsExactly("100:1");
    send(2, 101);
    assertThat(complete()).isEmpty();
    send(1, 101);
    assertThat(complete()).containsExactly("101:2,1");
  }

  @Test
  void shouldWaitForAllPartsOfAWindow() {
    windows.add(batch(1, 100, Kind.PART), nowMs);
    windows.add(batch(1, 100, Kind.PART), nowMs);
    assertThat(complete()).isEmpty();
    send(1, 100);
    assertThat(complete()).containsExactly("100:1,1,1");
  }

  @Test
  void shouldGiveTheFirstWindowTimeToArriveFromAllPartitions() {
    windows = new TenantWindows("acme", Long.MIN_VALUE, saved, this::reported);
    for (int window = 100; window < 460; window++) {
      send(1, window);
    }
    nowMs += TenantWindows.FIRST_MS - 1;
    send(2, 100);
    assertThat(complete()).isEmpty();
    nowMs += 1;
    send(1, 460);
    assertThat(complete()).containsExactly("100:1,2");
  }

  @Test
  void shouldWaitForAPartitionThatIsFarBehindButSends() {
    send(1, 100);
    send(2, 100);
    assertThat(complete()).hasSize(1);
    for (int window = 101; window <= 900; window++) {
      nowMs += 1_000;
      send(1, window);
      assertThat(complete()).isEmpty();
      if (window % 50 == 0) {
        send(2, 100);
      }
    }
    send(2, 101);
    assertThat(complete()).containsExactly("101:1,2");
  }

  @Test
  void shouldNotWaitForAPartitionThatSendsNothing() {
    send(1, 100);
    send(2, 100);
    assertThat(complete()).hasSize(1);
    send(1, 101);
    nowMs += TenantWindows.PATIENCE_MS;
    send(1, 102);
    assertThat(complete()).isEmpty();
    nowMs += 1;
    send(1, 103);
    assertThat(complete()).containsExactly("101:1", "102:1", "103:1");

    assertThat(windows.add(batch(2, 101, Kind.LAST), nowMs)).as("too late").isFalse();
    send(1, 104);
    assertThat(complete()).isEmpty();
    send(2, 104);
    assertThat(complete()).containsExactly("104:1,2");
  }

  @Test
  void shouldLimitTheSamplesThatWait() {
    send(1, 100);
    send(2, 100);
    complete();
    List<SeriesSample> many = Collections.nCopies(50_000, sample());
    for (int window = 101; window <= 105; window++) {
      windows.add(new SampleBatch("acme", 1, window, Kind.LAST, many), nowMs);
      assertThat(complete()).isEmpty();
    }
    windows.add(new SampleBatch("acme", 1, 106, Kind.LAST, many), nowMs);
    assertThat(complete()).hasSize(6);
  }

  /** A transaction would time out, and the call would be made again from the beginning. */
  @Test
  void shouldCompleteADayOfWindowsInManyCalls() {
    send(1, 100);
    send(2, 100);
    complete();
    assessed = TenantWindows.MOST_AT_ONCE / 4;
    for (int window = 101; window <= 140; window++) {
      send(1, window);
    }
    send(2, 140);

    List<String> all = new ArrayList<>();
    for (int call = 0; call < 10; call++) {
      List<String> some = completeAtOnce();
      assertThat(some).hasSize(4);
      all.addAll(some);
    }
    assertThat(all).hasSize(40).startsWith("101:1", "102:1").endsWith("139:1", "140:1,2");
  }

  @Test
  void shouldNotWaitForTheFirstWindowOfOthersWithTooManySamples() {
    windows = new TenantWindows("acme", Long.MIN_VALUE, saved, this::reported);
    List<SeriesSample> many = Collections.nCopies(50_000, sample());
    for (int window = 101; window <= 105; window++) {
      windows.add(new SampleBatch("acme", 1, window, Kind.LAST, many), nowMs);
      assertThat(complete()).isEmpty();
    }
    windows.add(new SampleBatch("acme", 1, 106, Kind.LAST, many), nowMs);
    assertThat(complete()).hasSize(6);
  }

  private static SeriesSample sample() {
    return new SeriesSample("s", "o", 0, WindowSample.EMPTY, new Exemplars(null, null, null));
  }

  @Test
  void shouldAddARevisionToAWindowThatWaits() {
    send(1, 100);
    send(2, 100);
    complete();
    send(1, 101);
    assertThat(windows.add(batch(1, 101, Kind.REVISED), nowMs)).isTrue();
    assertThat(windows.add(batch(1, 100, Kind.REVISED), nowMs)).isFalse();
    send(2, 101);
    assertThat(complete()).containsExactly("101:1,1,2");
  }

  @Test
  void shouldContinueFromWhatItSaved() {
    send(1, 100);
    send(2, 100);
    complete();
    send(1, 101);
    TenantWindows before = windows;
    windows = saved.restore(100, this::reported);
    assertThat(windows).isNotSameAs(before);
    assertThat(complete()).isEmpty();
    send(2, 101);

    assertThat(complete()).containsExactly("101:1,2");
    assertThat(saved.waiting).isEmpty();
  }

  /** A report between two windows of its partition belongs to the second. */
  @Test
  void shouldPassReportsOnInTheOrderOfTheWindows() {
    send(1, 100);
    send(2, 100);
    report(1, "before 101");
    send(1, 101);
    report(1, "before 102");
    assertThat(complete()).containsExactly("100:1,2");
    assertThat(reports).isEmpty();
    report(2, "also before 101");

    send(2, 101);
    assertThat(complete()).containsExactly("101:1,2");
    assertThat(reports).containsExactly("before 101", "also before 101");

    windows = saved.restore(101, this::reported);
    send(1, 102);
    send(2, 102);
    assertThat(complete()).containsExactly("102:1,2");
    assertThat(reports).last().isEqualTo("before 102");
    assertThat(saved.waiting).isEmpty();
  }

  @Test
  void shouldPassOnReportsOfAWindowWithoutSamples() {
    send(1, 100);
    report(1, "before 101");
    send(1, 105);

    assertThat(complete()).containsExactly("100:1", "105:1");
    assertThat(reports).containsExactly("before 101");
  }

  @Test
  void shouldPassAReportOnAtOnceOfAPartitionWithoutWindows() {
    send(1, 100);
    report(2, "at once");

    assertThat(reports).containsExactly("at once");
  }

  /** The order of the partitions is that of their numbers, whichever sends first. */
  @Test
  void shouldPassReportsOfAWindowOnInTheOrderOfTheirPartitions() {
    for (int first = 1; first <= 2; first++) {
      windows = new TenantWindows("acme", 99, new Saved(), this::reported);
      reports.clear();
      send(1, 100);
      send(2, 100);
      complete();
      report(first, "of " + first);
      report(3 - first, "of " + (3 - first));
      send(1, 101);
      send(2, 101);

      assertThat(complete()).hasSize(1);
      assertThat(reports).containsExactly("of 1", "of 2");
    }
  }

  /** A restart, or much load: the partition works, and its window needs longer than usual. */
  @Test
  void shouldKeepReportsWhileThePartitionsGiveSigns() {
    send(1, 100);
    send(2, 100);
    complete();
    report(1, "waits");
    send(1, 101);
    for (int waitedMs = 0; waitedMs < 100_000; waitedMs += (int) SampleBatch.SIGN_MS) {
      nowMs += SampleBatch.SIGN_MS;
      windows.isAlive(2, nowMs);
      windows.passOnLate(nowMs);
    }
    assertThat(reports).isEmpty();
    send(2, 101);
    assertThat(complete()).containsExactly("101:1,2");
    assertThat(reports).containsExactly("waits");
  }

  /** Signs alone do not make an alert wait without an end. */
  @Test
  void shouldNotKeepReportsForLongerThanWindowsWait() {
    send(1, 100);
    send(2, 100);
    complete();
    report(1, "waits");
    nowMs += TenantWindows.PATIENCE_MS;
    windows.isAlive(2, nowMs);
    windows.passOnLate(nowMs);
    assertThat(reports).containsExactly("waits");
  }

  /** The instance of a partition has failed. */
  @Test
  void shouldNotKeepReportsForLong() {
    send(1, 100);
    send(2, 100);
    complete();
    report(1, "waits");
    send(1, 101);
    nowMs += TenantWindows.REPORT_MS - 1;
    windows.passOnLate(nowMs);
    assertThat(reports).isEmpty();

    nowMs += 1;
    windows.passOnLate(nowMs);
    assertThat(reports).containsExactly("waits");
    send(2, 101);
    assertThat(complete()).containsExactly("101:1,2");
    assertThat(reports).hasSize(1);
    assertThat(saved.waiting).isEmpty();
  }

  @Test
  void shouldKeepReportsForLongerAfterARestart() {
    send(1, 100);
    send(2, 100);
    complete();
    report(1, "waits");
    windows = saved.restore(100, this::reported);
    windows.passOnLate(nowMs);
    nowMs += TenantWindows.REPORT_AT_START_MS - 1;
    windows.passOnLate(nowMs);
    assertThat(reports).isEmpty();

    nowMs += 1;
    windows.passOnLate(nowMs);
    assertThat(reports).containsExactly("waits");
  }

  private void report(int partition, String text) {
    windows.addReport(SampleBatch.report("acme", partition, text.getBytes(UTF_8)), nowMs);
  }

  private void send(int partition, long window) {
    windows.add(batch(partition, window, Kind.LAST), nowMs);
  }

  private static SampleBatch batch(int partition, long window, Kind kind) {
    return new SampleBatch("acme", partition, window, kind, List.of());
  }

  /** The windows that are complete: their number and the partitions of their batches. */
  private List<String> complete() {
    List<String> all = new ArrayList<>();
    int before = -1;
    while (all.size() > before) {
      before = all.size();
      all.addAll(completeAtOnce());
    }
    return all;
  }

  /** Those of one call. */
  private List<String> completeAtOnce() {
    List<String> all = new ArrayList<>();
    windows.eachComplete(
        nowMs,
        batches -> {
          List<String> partitions =
              batches.stream().map(batch -> String.valueOf(batch.partition())).toList();
          all.add(batches.get(0).window() + ":" + String.join(",", partitions));
          return assessed;
        },
        () -> {});
    return all;
  }

  /** Keeps what was saved. */
  private static final class Saved implements EvidenceStorage {
    @Override
    public SilenceDetector.Storage silence(String tenant) {
      throw new AssertionError("not used");
    }

    private final TreeMap<String, SampleBatch> waiting = new TreeMap<>();
    private final TreeMap<Integer, Long> received = new TreeMap<>();

    TenantWindows restore(long completed, Consumer<SampleBatch> reports) {
      TenantWindows restored = new TenantWindows("acme", completed, this, reports);
      received.forEach(restored::restoreReceived);
      waiting.values().forEach(restored::restore);
      return restored;
    }

    @Override
    public EvidenceJournal journal(String tenant) {
      return EvidenceJournal.NONE;
    }

    @Override
    public void putWaiting(SampleBatch batch, int number) {
      waiting.put(batch.window() + "/" + number, batch);
    }

    @Override
    public void deleteWaiting(SampleBatch batch, int number) {
      waiting.remove(batch.window() + "/" + number);
    }

    @Override
    public void putReceived(String tenant, int partition, long window) {
      received.put(partition, window);
    }

    @Override
    public void deleteReceived(String tenant, int partition) {
      received.remove(partition);
    }
  }
}
