/**
 * Spans of OpenTelemetry's SDK straight to Kafka: an exporter with its autoconfiguration, and a
 * processor that tells of work that is still running.
 */
@NullMarked
package io.tracetide.instrumentation.otel;

import org.jspecify.annotations.NullMarked;
