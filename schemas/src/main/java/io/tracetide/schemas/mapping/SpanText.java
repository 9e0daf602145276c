package io.tracetide.schemas.mapping;

/** Prepares texts of a span for an event: cuts, cleans and masks them. */
public interface SpanText {

  /** Name of a service, an operation or an event. */
  String name(String raw);

  /** Text of any other field; may have several lines. */
  String value(String raw);

  /** Stack trace. */
  String stack(String raw);
}
