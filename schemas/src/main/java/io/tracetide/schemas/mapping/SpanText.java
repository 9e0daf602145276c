package io.tracetide.schemas.mapping;

/** What becomes of texts of a span before they are part of an event: cut, cleaned, masked. */
public interface SpanText {

  /** Name of a service, an operation or an event. */
  String name(String raw);

  /** Text of a field that is no name; may have several lines. */
  String value(String raw);

  /** Stack trace. */
  String stack(String raw);
}
