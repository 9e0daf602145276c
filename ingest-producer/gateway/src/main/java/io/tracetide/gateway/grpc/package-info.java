/** OTLP over gRPC: one message in, one message or status out. */
@NullMarked
package io.tracetide.gateway.grpc;

import org.jspecify.annotations.NullMarked;
