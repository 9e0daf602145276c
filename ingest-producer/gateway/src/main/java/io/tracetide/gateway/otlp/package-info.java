/** OpenTelemetry traces, in protobuf and in JSON, read into trace events. */
@NullMarked
package io.tracetide.gateway.otlp;

import org.jspecify.annotations.NullMarked;
