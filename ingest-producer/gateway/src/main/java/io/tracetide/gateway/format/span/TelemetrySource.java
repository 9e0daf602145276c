package io.tracetide.gateway.format.span;

/**
 * The sender of a group of spans or metrics: an OTLP resource and its instrumentation scope.
 *
 * @param <S> the implementing type
 */
public interface TelemetrySource<S extends TelemetrySource<S>> {

  /**
   * Adds the instrumentation scope.
   *
   * @param masked classes of personal data that were masked in its texts
   */
  S withScope(String name, String version, long masked);

  /** Collects the attributes of a resource. */
  interface Builder<S> extends AttributeSink {

    S build();
  }
}
