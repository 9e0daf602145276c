/**
 * Export of spans of OpenTelemetry's SDK to Kafka: an exporter with its autoconfiguration, and a
 * span processor that publishes running spans.
 */
@NullMarked
package io.tracetide.instrumentation.otel;

import org.jspecify.annotations.NullMarked;
