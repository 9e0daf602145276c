package io.tracetide.processor.query.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.window.AnalyticsAnswer.Earlier;
import io.tracetide.processor.query.window.AnalyticsAnswer.Point;
import io.tracetide.processor.query.window.AnalyticsAnswer.Series;
import io.tracetide.processor.query.window.stored.StoreWindowView;
import io.tracetide.processor.topology.StateOfDriver;
import io.tracetide.processor.topology.TopologyFixture;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.ServicesSince;
import io.tracetide.processor.window.tier.StoredServices;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand random queries, compared with the same values computed from the spans: over the tiers
 * and their retention, late spans and revised windows, open windows, and the change of daylight
 * saving time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomQueriesTest {

  private static final int QUERIES = 1_000;
  private static final long SEED = 20_260_329;

  /** In the night to March 29th, clocks in Berlin go from 02:00 to 03:00. */
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static final Instant BEGIN = Instant.parse("2026-03-28T00:00:00Z");
  private static final Duration LENGTH = Duration.ofHours(50);
  private static final Instant NOW = BEGIN.plus(LENGTH);
  private static final int SPANS = 12_000;
  private static final List<String> SERVICES = List.of("shop", "stock");
  private static final List<String> OPERATIONS = List.of("read", "write", "GET /orders");
  private static final List<String> GRANULARITIES =
      List.of(
          "10s", "20s", "50s", "90s", "130s", "1m", "2m", "7m", "13m", "55m", "1h", "2h", "3h",
          "5h", "24h");
  private static final double[] QUANTILES = {0.5, 0.9, 0.95, 0.99};

  /** A finished span, and when it arrives. */
  private record Span(
      String service, String operation, long endMs, long micros, boolean failed, long arrivesMs) {}

  private final List<Span> spans = new ArrayList<>();
  private final Random random = new Random(SEED);
  private TopologyTestDriver driver;
  private WindowView view;
  private Analytics analytics;

  /** The same without the stored totals. */
  private Analytics merged;

  /** The same where the totals of windows before the middle are not stored. */
  private Analytics halfStored;

  @BeforeAll
  void count(@TempDir Path directory) {
    for (int i = 0; i < SPANS; i++) {
      spans.add(span());
    }
    spans.sort(Comparator.comparingLong(Span::arrivesMs));
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    TopologyFixture fixture = new TopologyFixture(registry);
    driver = fixture.start(directory, BEGIN, NOW);
    AvroEncoder<TraceEvent> encoder =
        new AvroEncoder<>(registry, Topics.TRACES + "-value", TraceEvent.class);
    TestInputTopic<byte[], byte[]> traces = fixture.input(Topics.TRACES);
    long atMs = BEGIN.toEpochMilli();
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      if (span.arrivesMs() - atMs > 30_000) {
        driver.advanceWallClockTime(Duration.ofMillis(span.arrivesMs() - atMs));
        atMs = span.arrivesMs();
      }
      String id = "%032x".formatted(i + 1);
      traces.pipeInput(id.getBytes(UTF_8), encoder.encode(event(span, id)), span.arrivesMs());
    }
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    StateOfDriver state = fixture.state();
    view = view(state);
    analytics = analytics(view);
    merged = analytics(view::read);
    StoredServices half =
        ServicesSince.of(
            state.services(), WindowTier.ALL, BEGIN.plus(LENGTH.dividedBy(2)).toEpochMilli());
    halfStored = analytics(view(state.with(half)));
  }

  private static WindowView view(StateOfDriver state) {
    return new StoreWindowView(
        () -> new StorePartitions.Holdings(List.of(state), List.of()), WindowTier.ALL);
  }

  private static Analytics analytics(WindowView view) {
    return new Analytics(view, 1_000_000, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterAll
  void stop() {
    driver.close();
  }

  /** Of a hundred spans five are late by up to an hour. */
  private Span span() {
    long endMs = BEGIN.toEpochMilli() + (long) (random.nextDouble() * LENGTH.toMillis());
    long late = random.nextInt(20) == 0 ? random.nextInt(3_600_000) : random.nextInt(800);
    return new Span(
        SERVICES.get(random.nextInt(SERVICES.size())),
        OPERATIONS.get(random.nextInt(OPERATIONS.size())),
        endMs,
        Math.round(20_000 * Math.exp(random.nextGaussian())),
        random.nextInt(30) == 0,
        Math.min(NOW.toEpochMilli() - 1, endMs + late));
  }

  private static TraceEvent event(Span span, String id) {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.COMPLETED)
        .setTraceId(id)
        .setSpanId("1")
        .setServiceName(span.service())
        .setOperationName(span.operation())
        .setStatus(span.failed() ? TraceStatus.FAILED : TraceStatus.COMPLETED)
        .setTimestamp(Instant.ofEpochMilli(span.endMs()))
        .setDurationMicros(span.micros())
        .build();
  }

  @Test
  void shouldAnswerAsTheSpansSay() {
    int points = 0;
    int compared = 0;
    int revised = 0;
    Set<String> tiers = new HashSet<>();
    for (int i = 0; i < QUERIES; i++) {
      Map<String, List<String>> query = query();
      AnalyticsQuery parsed =
          AnalyticsQuery.parse(
              Parameters.of(query, AnalyticsQuery.PARAMETERS, Tenants.ALL), NOW, WindowTier.ALL);
      AnalyticsAnswer answer = analytics.answer(parsed, new CancellationCheck(() -> false));

      tiers.add(parsed.granularity().tier().name());
      Map<String, Map<Long, Truth>> truth = truth(parsed, answer);
      assertThat(counts(answer)).as("query %d: %s", i, query).isEqualTo(countsOf(truth));
      for (Series series : answer.series()) {
        for (Point point : kept(series, answer.retainedFrom())) {
          Truth expected =
              truth
                  .get(series.service() + "/" + series.operation())
                  .get(point.start().toEpochMilli());
          expected.check(point, query.toString());
          points++;
          revised += point.revision() > 0 ? 1 : 0;
          compared += checkEarlier(series, point, answer) ? 1 : 0;
        }
      }
    }
    // Each of these would be 0 if the queries did not reach what they are about.
    assertThat(points).isGreaterThan(50_000);
    assertThat(compared).isGreaterThan(1_000);
    assertThat(revised).isGreaterThan(1_000);
    assertThat(tiers).containsExactlyInAnyOrder("10s", "1m", "1h");
  }

  /** Revisions of windows whose totals are not stored are not known. */
  @Test
  void shouldAnswerFromTotalsAsFromTheMergeOfTheOperations() {
    int points = 0;
    for (int i = 0; i < QUERIES; i++) {
      Map<String, List<String>> query = query();
      query.put("operations", List.of("*"));
      AnalyticsQuery parsed =
          AnalyticsQuery.parse(
              Parameters.of(query, AnalyticsQuery.PARAMETERS, Tenants.ALL), NOW, WindowTier.ALL);
      AnalyticsAnswer expected = merged.answer(parsed, new CancellationCheck(() -> false));

      assertThat(analytics.answer(parsed, new CancellationCheck(() -> false)))
          .as("query %d: %s", i, query)
          .isEqualTo(expected);
      assertThat(counts(halfStored.answer(parsed, new CancellationCheck(() -> false))))
          .as("query %d: %s", i, query)
          .isEqualTo(counts(expected));
      points += expected.series().stream().mapToInt(series -> series.points().size()).sum();
    }
    assertThat(points).isGreaterThan(20_000);
  }

  @Test
  void shouldReadMixedTiersAsTheFinestOne() {
    int coarse = 0;
    for (int i = 0; i < 100; i++) {
      WindowTier finest = WindowTier.ALL.get(random.nextInt(2));
      long lengthMs = finest.sizeMs() * (1 + random.nextInt(400));
      long toMs = NOW.toEpochMilli() - finest.sizeMs() * random.nextInt(100);
      long fromMs = finest.windowStart(toMs - lengthMs);
      Map<SeriesId, WindowStats> expected = new HashMap<>();
      Map<SeriesId, WindowStats> mixed = new HashMap<>();
      int[] windows = new int[2];

      view.read(finest, fromMs, toMs, Scope.EVERYTHING, merging(expected, windows, 0));
      MixedTiers.read(
          view, WindowTier.ALL, finest, fromMs, toMs, Scope.EVERYTHING, merging(mixed, windows, 1));

      assertThat(encoded(mixed))
          .as("%s to %s by %s", fromMs, toMs, finest)
          .isEqualTo(encoded(expected));
      coarse += windows[1] < windows[0] ? 1 : 0;
    }
    assertThat(coarse).isGreaterThan(50);
  }

  private static Consumer<StoredWindow> merging(
      Map<SeriesId, WindowStats> merged, int[] windows, int number) {
    return window -> {
      windows[number]++;
      window.addTo(merged.computeIfAbsent(window.series(), series -> new WindowStats()));
    };
  }

  private static Map<SeriesId, String> encoded(Map<SeriesId, WindowStats> stats) {
    Map<SeriesId, String> encoded = new HashMap<>();
    stats.forEach(
        (series, each) ->
            encoded.put(series, HexFormat.of().formatHex(WindowStatsCodec.encode(each, 0))));
    return encoded;
  }

  private Map<String, List<String>> query() {
    Map<String, List<String>> query = new TreeMap<>();
    String granularity = GRANULARITIES.get(random.nextInt(GRANULARITIES.size()));
    Duration size = Parameters.length(granularity).orElseThrow();
    long most = Math.min(LENGTH.toMillis(), size.toMillis() * 300);
    long length = size.toMillis() + (long) (random.nextDouble() * (most - size.toMillis()));
    long latest = LENGTH.toMillis() - length;
    long from = BEGIN.toEpochMilli() + (long) (random.nextDouble() * latest);
    // Half of the queries are about the end, where windows are open, or not long closed.
    if (random.nextBoolean()) {
      from = NOW.toEpochMilli() - length;
    }
    query.put("granularity", List.of(granularity));
    query.put("from", List.of(local(from)));
    query.put("to", List.of(local(from + length)));
    if (random.nextInt(3) == 0) {
      query.put("services", List.of(SERVICES.get(random.nextInt(SERVICES.size()))));
    }
    switch (random.nextInt(4)) {
      case 0 -> query.put("operations", List.of("*"));
      case 1 -> query.put("operations", List.of("read,GET /orders"));
      default -> {}
    }
    if (random.nextInt(3) == 0) {
      query.put("compareTo", List.of(random.nextBoolean() ? "1d" : "previous"));
    }
    return query;
  }

  /** With the offset that Berlin has at that time. */
  private static String local(long timeMs) {
    return Instant.ofEpochMilli(timeMs).atZone(BERLIN).toOffsetDateTime().toString();
  }

  /** What the spans of one point have in common. */
  private static final class Truth {
    private final List<Long> micros = new ArrayList<>();
    private int failed;

    void add(Span span) {
      micros.add(span.micros());
      failed += span.failed() ? 1 : 0;
    }

    void check(Point point, String query) {
      long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
      assertThat(point.count()).as(query).isEqualTo(sorted.length);
      assertThat(point.errors()).as(query).isEqualTo(failed);
      assertThat(point.minMs()).as(query).isEqualTo(sorted[0] / 1_000.0);
      assertThat(point.maxMs()).as(query).isEqualTo(sorted[sorted.length - 1] / 1_000.0);
      double mean = Arrays.stream(sorted).average().orElseThrow() / 1_000;
      assertThat(Math.abs(point.meanMs() - mean)).as(query).isLessThan(1e-3 + 1e-6 * mean);
      Double[] found = {point.p50Ms(), point.p90Ms(), point.p95Ms(), point.p99Ms()};
      for (int i = 0; i < QUANTILES.length; i++) {
        assertThat(isQuantile(found[i], QUANTILES[i], sorted))
            .as("p%s %s of %s: %s", QUANTILES[i], found[i], Arrays.toString(sorted), query)
            .isTrue();
      }
    }

    /** Whether a value is within 1 % of the values around the rank. */
    private static boolean isQuantile(double foundMs, double quantile, long[] sorted) {
      double rank = quantile * (sorted.length - 1);
      double low = sorted[(int) Math.floor(rank)] / 1_000.0;
      double high = sorted[(int) Math.ceil(rank)] / 1_000.0;
      return foundMs >= low * 0.9899 - 0.001 && foundMs <= high * 1.0101 + 0.001;
    }
  }

  /** By service and operation, then by the start of the point. */
  private Map<String, Map<Long, Truth>> truth(AnalyticsQuery query, AnalyticsAnswer answer) {
    Granularity granularity = query.granularity();
    long fromMs = granularity.ceiling(query.range().fromMs());
    long toMs = granularity.ceiling(query.range().toMs());
    Map<String, Map<Long, Truth>> truth = new HashMap<>();
    for (Span span : spans) {
      long startMs = granularity.floor(span.endMs());
      if (startMs >= fromMs
          && startMs < toMs
          && isKept(startMs, answer.retainedFrom())
          && query.wantsService(span.service())) {
        Set<String> operations = new TreeSet<>();
        if (query.wantsOperation(span.operation())) {
          operations.add(span.operation());
        }
        if (query.wantsRollUp()) {
          operations.add("*");
        }
        for (String operation : operations) {
          truth
              .computeIfAbsent(span.service() + "/" + operation, name -> new HashMap<>())
              .computeIfAbsent(startMs, start -> new Truth())
              .add(span);
        }
      }
    }
    return truth;
  }

  private static boolean isKept(long startMs, @Nullable Instant retainedFrom) {
    return retainedFrom == null || startMs >= retainedFrom.toEpochMilli();
  }

  private static List<Point> kept(Series series, @Nullable Instant retainedFrom) {
    return series.points().stream()
        .filter(point -> isKept(point.start().toEpochMilli(), retainedFrom))
        .toList();
  }

  private static Map<String, Map<Long, Long>> counts(AnalyticsAnswer answer) {
    Map<String, Map<Long, Long>> counts = new TreeMap<>();
    for (Series series : answer.series()) {
      for (Point point : kept(series, answer.retainedFrom())) {
        counts
            .computeIfAbsent(series.service() + "/" + series.operation(), name -> new TreeMap<>())
            .put(point.start().toEpochMilli(), point.count());
      }
    }
    return counts;
  }

  private static Map<String, Map<Long, Long>> countsOf(Map<String, Map<Long, Truth>> truth) {
    Map<String, Map<Long, Long>> counts = new TreeMap<>();
    truth.forEach(
        (series, points) ->
            points.forEach(
                (startMs, point) ->
                    counts
                        .computeIfAbsent(series, name -> new TreeMap<>())
                        .put(startMs, (long) point.micros.size())));
    return counts;
  }

  /** Whether there was an earlier value to check. */
  private boolean checkEarlier(Series series, Point point, AnalyticsAnswer answer) {
    if (answer.comparison() == null) {
      assertThat(point.earlier()).isNull();
      return false;
    }
    Earlier earlier = point.earlier();
    if (earlier == null) {
      return false;
    }
    if (!isKept(earlier.start().toEpochMilli(), answer.comparison().retainedFrom())) {
      return false;
    }
    Truth truth = new Truth();
    for (Span span : spans) {
      if (span.endMs() >= earlier.start().toEpochMilli()
          && span.endMs() < earlier.end().toEpochMilli()
          && span.service().equals(series.service())
          && (series.operation().equals("*") || span.operation().equals(series.operation()))) {
        truth.add(span);
      }
    }
    assertThat(earlier.count()).isEqualTo(truth.micros.size());
    return true;
  }
}
