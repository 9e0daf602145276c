package io.tracetide.processor.cardinality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.window.Series;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SeriesLimitsTest {

  private static final long T0 = 1_700_000_000_000L;
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final SeriesId OTHERS =
      SeriesId.ofOperation("default", SeriesId.OTHER, SeriesId.OTHER);

  private final Memory memory = new Memory();
  private SeriesLimits limits = limits(3, 3, 2);

  /** What a store would hold. */
  private static final class Memory implements SeriesLimits.Journal {
    private final Map<SeriesId, Long> admitted = new HashMap<>();
    private final Map<OverflowReason, Integer> folded = new EnumMap<>(OverflowReason.class);
    private int writes;

    @Override
    public void admitted(byte[] key, long seenMs) {
      admitted.put(SeriesCodec.decode(key), seenMs);
      writes++;
    }

    @Override
    public void forgotten(byte[] key) {
      assertThat(admitted.remove(SeriesCodec.decode(key))).isNotNull();
    }

    @Override
    public void overflowed(OverflowReason reason) {
      folded.merge(reason, 1, Integer::sum);
    }
  }

  private SeriesLimits limits(int services, int operations, int metrics) {
    return new SeriesLimits(
        new SeriesLimits.Limits(services, operations, metrics, 3, 24 * HOUR), memory);
  }

  private SeriesLimits restarted(int services, int operations, int metrics) {
    SeriesLimits next = limits(services, operations, metrics);
    Map.copyOf(memory.admitted)
        .forEach((series, seenMs) -> next.restore(SeriesCodec.encode(series), seenMs));
    return next;
  }

  private SeriesId admit(SeriesId series, long atMs) {
    byte[] key = SeriesCodec.encode(series);
    Series admitted = limits.admit(key, 0, key.length, atMs);
    return admitted == null ? null : admitted.id();
  }

  private SeriesId admit(String service, String operation) {
    return admit(SeriesId.ofOperation("default", service, operation), T0);
  }

  private SeriesId admitMetric(String service, String metric) {
    return admit(SeriesId.ofMetric("default", service, metric), T0);
  }

  private static SeriesId operation(String service, String operation) {
    return SeriesId.ofOperation("default", service, operation);
  }

  @Test
  void shouldAdmitNamesWhileThereIsRoom() {
    assertThat(admit("shop", "pay")).isEqualTo(operation("shop", "pay"));
    assertThat(admit("shop", "cart")).isEqualTo(operation("shop", "cart"));
    assertThat(admit("shop", "pay")).isEqualTo(operation("shop", "pay"));

    assertThat(memory.folded).isEmpty();
    assertThat(memory.admitted).hasSize(2);
  }

  private SeriesId admitPart(String service, String metric, String pool) {
    return admit(part(service, metric, pool), T0);
  }

  private static SeriesId part(String service, String metric, String pool) {
    return SeriesId.ofMetric("default", service, metric).with(Map.of("pool", pool));
  }

  private static SeriesId otherPart(String service, String metric) {
    return SeriesId.ofMetric("default", service, metric)
        .with(Map.of(SeriesId.OTHER, SeriesId.OTHER));
  }

  @Test
  void shouldFoldPartsOfAMetricIntoOneWhenThereAreTooMany() {
    admitMetric("shop", "used");
    assertThat(admitPart("shop", "used", "eden")).isEqualTo(part("shop", "used", "eden"));
    assertThat(admitPart("shop", "used", "old")).isEqualTo(part("shop", "used", "old"));
    assertThat(admitPart("shop", "used", "third")).isEqualTo(otherPart("shop", "used"));
    assertThat(admitPart("shop", "used", "fourth")).isEqualTo(otherPart("shop", "used"));
    assertThat(admitPart("shop", "used", "old")).isEqualTo(part("shop", "used", "old"));
    assertThat(admit(otherPart("shop", "used"), T0)).isEqualTo(otherPart("shop", "used"));
    assertThat(memory.folded).isEqualTo(Map.of(OverflowReason.PART_LIMIT, 2));

    limits = restarted(3, 3, 2);
    assertThat(admitPart("shop", "used", "third")).isEqualTo(otherPart("shop", "used"));
    assertThat(admitPart("shop", "used", "eden")).isEqualTo(part("shop", "used", "eden"));
  }

  @Test
  void shouldKeepNoPartOfAMetricThatIsDropped() {
    admitMetric("shop", "a");
    admitMetric("shop", "b");

    assertThat(admitMetric("shop", "third")).isNull();
    assertThat(admitPart("shop", "third", "eden")).isNull();
    assertThat(admitPart("shop", "unheard", "eden")).isNull();
  }

  @Test
  void shouldFoldPartsWithTheServiceTheyAreOf() {
    admitMetric("shop", "used");
    admitMetric("mail", "used");
    assertThat(admitMetric("third", "used"))
        .isEqualTo(SeriesId.ofMetric("default", SeriesId.OTHER, "used"));

    assertThat(admitPart("third", "used", "eden")).isEqualTo(part(SeriesId.OTHER, "used", "eden"));
  }

  @Test
  void shouldGivePlacesOfPartsFreeWithThem() {
    admitMetric("shop", "used");
    admitPart("shop", "used", "eden");
    admitPart("shop", "used", "old");

    for (long hour = 1; hour <= 30; hour++) {
      admit(SeriesId.ofMetric("default", "shop", "used"), T0 + hour * HOUR);
      admit(part("shop", "used", "old"), T0 + hour * HOUR);
    }

    assertThat(admit(part("shop", "used", "new"), T0 + 30 * HOUR))
        .isEqualTo(part("shop", "used", "new"));
    assertThat(admit(part("shop", "used", "eden"), T0 + 30 * HOUR))
        .isEqualTo(otherPart("shop", "used"));
    for (long hour = 31; hour <= 60; hour++) {
      admitMetric("mail", "m");
      admit(SeriesId.ofMetric("default", "mail", "m"), T0 + hour * HOUR);
    }
    assertThat(memory.admitted.keySet()).extracting(SeriesId::service).containsOnly("mail");
  }

  @Test
  void shouldFoldOperationsIntoOneWhenTheServiceHasTooMany() {
    admit("shop", "pay");
    admit("shop", "cart");

    assertThat(admit("shop", "third")).isEqualTo(operation("shop", SeriesId.OTHER));
    assertThat(admit("shop", "fourth")).isEqualTo(operation("shop", SeriesId.OTHER));
    assertThat(admit("shop", "pay")).isEqualTo(operation("shop", "pay"));
    assertThat(admit("mail", "third")).isEqualTo(operation("mail", "third"));
    assertThat(memory.folded).isEqualTo(Map.of(OverflowReason.OPERATION_LIMIT, 2));
    assertThat(memory.admitted).containsKey(operation("shop", SeriesId.OTHER));
  }

  @Test
  void shouldFoldServicesIntoOneWhenTheTenantHasTooMany() {
    admit("shop", "pay");
    admit("mail", "send");

    assertThat(admit("third", "x")).isEqualTo(OTHERS);
    assertThat(admit("fourth", "y")).isEqualTo(OTHERS);
    assertThat(admit(SeriesId.ofOperation("acme", "third", "x"), T0).tenant()).isEqualTo("acme");
    assertThat(memory.folded).isEqualTo(Map.of(OverflowReason.SERVICE_LIMIT, 2));
  }

  @Test
  void shouldDropMetricsBeyondTheLimitBecauseTheirValuesDoNotMix() {
    admitMetric("shop", "cpu");
    admitMetric("shop", "memory");

    assertThat(admitMetric("shop", "third")).isNull();
    assertThat(admitMetric("shop", "cpu")).isEqualTo(SeriesId.ofMetric("default", "shop", "cpu"));
    assertThat(admit("shop", "pay")).isEqualTo(operation("shop", "pay"));
    assertThat(memory.folded).isEqualTo(Map.of(OverflowReason.METRIC_LIMIT, 1));
  }

  @Test
  void shouldMergeAMetricOfFoldedServicesUnderItsOwnName() {
    admit("shop", "pay");
    admit("mail", "send");

    SeriesId cpu = SeriesId.ofMetric("default", SeriesId.OTHER, "cpu");
    assertThat(admitMetric("third", "cpu")).isEqualTo(cpu);
    assertThat(admitMetric("fourth", "cpu")).isEqualTo(cpu);
    admitMetric("fourth", "memory");
    assertThat(admitMetric("fourth", "disk")).isNull();
    assertThat(memory.folded)
        .isEqualTo(Map.of(OverflowReason.SERVICE_LIMIT, 3, OverflowReason.METRIC_LIMIT, 1));
  }

  @Test
  void shouldTakeTheNameOfTheOthersForWhatItIs() {
    assertThat(admit("shop", SeriesId.OTHER)).isEqualTo(operation("shop", SeriesId.OTHER));
    admit("shop", "pay");
    admit("shop", "cart");
    admit(SeriesId.OTHER, "x");
    admit("mail", "send");

    assertThat(memory.folded).isEmpty();
    assertThat(admit("third", "x")).isEqualTo(OTHERS);
  }

  @Test
  void shouldReadAKeyThatLiesAmongOtherBytes() {
    byte[] key = SeriesCodec.encode(operation("shop", "pay"));
    byte[] block = new byte[key.length + 20];
    System.arraycopy(key, 0, block, 7, key.length);

    assertThat(limits.admit(block, 7, key.length, T0).key()).isEqualTo(key);
    assertThat(limits.admit(key, 0, key.length, T0).key()).isEqualTo(key);
    assertThat(limits.size()).isEqualTo(1);
  }

  @Test
  void shouldRefuseBytesThatAreNoKey() {
    assertThatThrownBy(() -> limits.admit(new byte[] {1, 0, 2}, 0, 3, T0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(limits.size()).isZero();
  }

  @Test
  void shouldGiveThePlaceOfAForgottenNameFree() {
    admit("shop", "pay");
    admit("shop", "cart");
    for (int hour = 1; hour <= 26; hour++) {
      admit(operation("shop", "pay"), T0 + hour * HOUR);
    }

    assertThat(admit(operation("shop", "third"), T0 + 26 * HOUR))
        .isEqualTo(operation("shop", "third"));
    assertThat(admit(operation("shop", "cart"), T0 + 26 * HOUR))
        .isEqualTo(operation("shop", SeriesId.OTHER));
  }

  @Test
  void shouldGiveThePlaceOfAForgottenServiceFree() {
    admit("shop", "pay");
    admit("mail", "send");
    for (int hour = 1; hour <= 26; hour++) {
      admit(operation("shop", "pay"), T0 + hour * HOUR);
    }

    assertThat(admit(operation("third", "x"), T0 + 26 * HOUR)).isEqualTo(operation("third", "x"));
    assertThat(memory.admitted.keySet())
        .containsExactlyInAnyOrder(operation("shop", "pay"), operation("third", "x"));
  }

  @Test
  void shouldNotRemoveANameWithLateSpans() {
    admit("shop", "pay");
    admit("shop", "cart");
    for (int hour = 1; hour <= 40; hour++) {
      admit(operation("shop", "pay"), T0 + hour * HOUR);
      admit(operation("shop", "cart"), T0);
    }

    assertThat(admit(operation("shop", "third"), T0 + 40 * HOUR))
        .isEqualTo(operation("shop", SeriesId.OTHER));
  }

  @Test
  void shouldWriteANameOnceAnHour() {
    for (int minute = 0; minute < 180; minute++) {
      admit(operation("shop", "pay"), T0 + minute * HOUR / 60);
    }

    assertThat(memory.writes).isEqualTo(3);
  }

  @Test
  void shouldKeepWhatItAdmittedWhenLimitsBecomeLower() {
    admit("shop", "pay");
    admit("shop", "cart");

    limits = restarted(2, 2, 1);

    assertThat(admit("shop", "pay")).isEqualTo(operation("shop", "pay"));
    assertThat(admit("shop", "cart")).isEqualTo(operation("shop", "cart"));
    assertThat(admit("shop", "third")).isEqualTo(operation("shop", SeriesId.OTHER));
  }

  @Test
  void shouldSpreadTheServicesOfATenantOverThePartitions() {
    SeriesLimits.Limits part =
        SeriesLimits.Limits.ofPartition(6, 1_000, 200, 100, 50, Duration.ofHours(24));

    assertThat(part).isEqualTo(new SeriesLimits.Limits(167, 200, 100, 50, 24 * HOUR));
    // Of the 167 places of a partition one is that of the others, which are one service to all.
    assertThat(6 * (part.services() - 1) + 1).isLessThanOrEqualTo(1_000);
    assertThat(SeriesLimits.Limits.ofPartition(6, 3, 2, 1, 1, Duration.ofHours(24)).services())
        .isEqualTo(2);
  }

  @Property(tries = 300)
  void shouldHoldItsLimitsAndDecideTheSameAfterARestart(@ForAll long seed) {
    Random random = new Random(seed);
    limits = limits(3, 3, 2);
    memory.admitted.clear();
    memory.folded.clear();
    long now = T0;
    Map<SeriesId, Integer> counted = new HashMap<>();
    int sent = 0;
    for (int i = 0; i < 300; i++) {
      now += random.nextInt(4) == 0 ? random.nextInt((int) (3 * HOUR)) : 0;
      if (random.nextInt(30) == 0) {
        Set<SeriesId> before = Set.copyOf(memory.admitted.keySet());
        limits = restarted(3, 3, 2);
        assertThat(limits.size()).isEqualTo(before.size());
        for (SeriesId series : before) {
          byte[] key = SeriesCodec.encode(series);
          assertThat(limits.admit(key, 0, key.length, Long.MIN_VALUE).key()).isEqualTo(key);
        }
      }
      SeriesId series = operation("s" + random.nextInt(6), "o" + random.nextInt(6));
      SeriesId admitted = admit(series, now - random.nextInt((int) HOUR));
      assertThat(admitted.tenant()).isEqualTo("default");
      assertThat(admitted.service()).isIn(series.service(), SeriesId.OTHER);
      counted.merge(admitted, 1, Integer::sum);
      sent++;
      assertThat(limits.size()).isEqualTo(memory.admitted.size());
      assertWithin(3, 3);
    }
    assertThat(counted.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(sent);
  }

  private void assertWithin(int services, int operations) {
    Map<String, Set<String>> byService = new HashMap<>();
    for (SeriesId series : memory.admitted.keySet()) {
      byService.computeIfAbsent(series.service(), s -> new HashSet<>()).add(series.operation());
    }
    assertThat(byService).hasSizeLessThanOrEqualTo(services);
    byService.values().forEach(names -> assertThat(names).hasSizeLessThanOrEqualTo(operations));
  }

  @Test
  void shouldStayBoundedAndQuickUnderAFloodOfNames() {
    limits = limits(1_000, 200, 100);
    List<byte[]> keys =
        IntStream.range(0, 200_000)
            .mapToObj(i -> SeriesCodec.encode(operation("shop", "op-" + Integer.toString(i, 36))))
            .collect(Collectors.toList());

    Set<String> used = new HashSet<>();
    for (byte[] key : keys) {
      Series admitted = limits.admit(key, 0, key.length, T0);
      used.add(Arrays.toString(admitted.key()));
    }

    assertThat(used).hasSize(200);
    assertThat(limits.size()).isEqualTo(200);
    assertThat(memory.folded.get(OverflowReason.OPERATION_LIMIT)).isEqualTo(200_000 - 199);
  }
}
