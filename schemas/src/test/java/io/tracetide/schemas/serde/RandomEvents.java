package io.tracetide.schemas.serde;

import io.tracetide.schemas.PerformanceIndicators;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random events, whose texts and numbers exceed what the contract expects. */
final class RandomEvents {

  private static final List<String> ALPHABET =
      List.of("a", "Z", "7", " ", "\u00e9", "\u4e2d", "\ud83d\ude00", "\ud800", "\u0000", "\"");

  private final Random random;

  RandomEvents(long seed) {
    random = new Random(seed);
  }

  /** The next event. */
  TraceEvent event() {
    return new TraceEvent(
        text(),
        one(TraceEventType.values()),
        text(),
        text(),
        maybe() ? text() : null,
        text(),
        text(),
        one(SpanKind.values()),
        one(TraceStatus.values()),
        time(),
        maybe() ? random.nextLong() : null,
        maybe()
            ? new TraceContext(optional(), optional(), optional(), optional(), optional())
            : null,
        texts(),
        texts(),
        random.nextInt(),
        number(),
        optional(),
        usage(),
        indicators(),
        measures(),
        events(),
        maybe() ? outcome() : null,
        indicators(),
        usage(),
        random.nextDouble());
  }

  private boolean maybe() {
    return random.nextBoolean();
  }

  private <T> T one(T[] of) {
    return of[random.nextInt(of.length)];
  }

  /** Mostly short, sometimes with a length of two bytes, rarely of three. */
  private String text() {
    int length =
        switch (random.nextInt(20)) {
          case 0 -> 0;
          case 1 -> 64 + random.nextInt(100);
          case 2 -> 8_192 + random.nextInt(200);
          default -> random.nextInt(20);
        };
    boolean ascii = random.nextInt(4) > 0;
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(ascii ? "x" : ALPHABET.get(random.nextInt(ALPHABET.size())));
    }
    return text.toString();
  }

  private @Nullable String optional() {
    return maybe() ? text() : null;
  }

  private @Nullable Double number() {
    return maybe() ? random.nextGaussian() : null;
  }

  /** Also before 1970, for the contract does not forbid it. */
  private Instant time() {
    return Instant.EPOCH.plus(random.nextLong() >> 10, ChronoUnit.MICROS);
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      texts.put(text(), text());
    }
    return texts;
  }

  private Map<String, Double> measures() {
    Map<String, Double> measures = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      measures.put(text(), random.nextDouble());
    }
    return measures;
  }

  private @Nullable ResourceUsage usage() {
    return maybe() ? new ResourceUsage(number(), number(), number(), number()) : null;
  }

  private @Nullable PerformanceIndicators indicators() {
    return maybe() ? new PerformanceIndicators(number(), number(), number(), number()) : null;
  }

  private List<SpanEvent> events() {
    List<SpanEvent> events = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      events.add(new SpanEvent(text(), text(), time(), texts()));
    }
    return events;
  }

  private TraceOutcome outcome() {
    return new TraceOutcome(
        maybe(),
        optional(),
        optional(),
        maybe() ? new TraceError(text(), text(), optional()) : null);
  }
}
