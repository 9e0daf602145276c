package io.tracetide.gateway.format.span;

/** Receives the attributes of a span, an event, a link, a data point or a resource. */
@FunctionalInterface
public interface AttributeSink {

  /** Adds an attribute, its value as text. */
  void attribute(String key, String value);
}
