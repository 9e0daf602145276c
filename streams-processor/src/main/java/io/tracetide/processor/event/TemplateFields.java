package io.tracetide.processor.event;

import org.jspecify.annotations.Nullable;

/**
 * The fields of the first event of a template, from which those of its further events are known
 * without reading them.
 *
 * @param first the fields; null when the further events have to be read
 * @param tenantCut index of the first cut after the tenant; the number of cuts when there is none
 * @param tenantDistance bytes from the start of the tenant to that cut, or to the end of the event
 */
record TemplateFields(@Nullable TraceView first, int tenantCut, int tenantDistance) {

  /** Of a template whose events have to be read. */
  static final TemplateFields UNKNOWN = new TemplateFields(null, 0, 0);
}
