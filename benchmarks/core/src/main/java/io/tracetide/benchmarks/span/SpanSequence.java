package io.tracetide.benchmarks.span;

import io.tracetide.benchmarks.span.SampleSpan.Kind;
import io.tracetide.benchmarks.span.SampleSpan.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An endless sequence of spans, each computed from its number, so that it needs no memory and can
 * be created on any thread, in any order and repeatedly.
 *
 * <p>A trace has four spans: a server span, an internal span, and two client spans. A batch is of
 * one service, as an exporter sends it. A span's id is its number plus one, so that stored spans
 * can be identified.
 */
public final class SpanSequence {

  private static final int SPANS_PER_TRACE = 4;
  private static final List<String> SERVICES =
      List.of("checkout", "catalog", "payment", "shipping", "account", "search", "cart", "pricing");
  private static final List<String> ROUTES =
      List.of(
          "/orders/{id}", "/orders", "/items/{id}/reviews", "/users/{id}", "/quotes", "/health");
  private static final List<String> METHODS = List.of("GET", "GET", "GET", "POST", "PUT");

  private final long seed;
  private final long baseMicros;

  /**
   * Spans that end around a time.
   *
   * @param baseMicros when the first of them starts, since the epoch
   */
  public SpanSequence(long seed, long baseMicros) {
    this.seed = seed;
    this.baseMicros = baseMicros;
  }

  /** Spans of one batch, counted from 0; all batches have the same size. */
  public List<SampleSpan> batch(long batch, int size) {
    List<SampleSpan> spans = new ArrayList<>(size);
    String service = SERVICES.get((int) (batch % SERVICES.size()));
    for (long number = batch * size; number < (batch + 1) * size; number++) {
      spans.add(span(number, service));
    }
    return spans;
  }

  /** The number of the span with that id. */
  public static long number(long spanId) {
    return spanId - 1;
  }

  private SampleSpan span(long number, String service) {
    long trace = number / SPANS_PER_TRACE;
    int position = (int) (number % SPANS_PER_TRACE);
    SplittableRandom ofTrace = new SplittableRandom(seed * 31 + trace);
    long traceHigh = ofTrace.nextLong() | 1;
    long traceLow = ofTrace.nextLong();
    String route = ROUTES.get(ofTrace.nextInt(ROUTES.size()));
    String method = METHODS.get(ofTrace.nextInt(METHODS.size()));
    int entity = ofTrace.nextInt(1_000_000);
    boolean failed = ofTrace.nextInt(100) == 0;
    long duration = 2_000L + ofTrace.nextInt(200_000);
    long root = number - position + 1;
    return new SampleSpan(
        traceHigh,
        traceLow,
        number + 1,
        position == 0 ? 0 : root,
        service,
        position == 1 ? "handle " + route : method + " " + route,
        position == 0 ? Kind.SERVER : position == 1 ? Kind.INTERNAL : Kind.CLIENT,
        baseMicros + trace % 1_000_000 + position * 100L,
        duration / (position + 1),
        failed && position == 0,
        tags(service, method, route, entity, position, failed));
  }

  private static List<Tag> tags(
      String service, String method, String route, int entity, int position, boolean failed) {
    if (position == 1) {
      return List.of(
          new Tag("code.function", "handle"),
          new Tag("code.namespace", "com.example." + service + ".Controller"),
          new Tag("thread.name", "worker-" + entity % 16));
    }
    return List.of(
        new Tag("http.request.method", method),
        new Tag("http.route", route),
        new Tag("url.path", route.replace("{id}", Integer.toString(entity))),
        new Tag("http.response.status_code", failed ? "500" : "200"),
        new Tag("server.address", service + "-7d9f8.internal"),
        new Tag("network.protocol.version", "1.1"),
        new Tag("user_agent.original", "okhttp/4.12.0"));
  }
}
