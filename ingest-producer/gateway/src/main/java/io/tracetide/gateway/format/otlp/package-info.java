/** OpenTelemetry traces, in protobuf and in JSON, read into trace events. */
@NullMarked
package io.tracetide.gateway.format.otlp;

import org.jspecify.annotations.NullMarked;
