/** OTLP over gRPC. */
@NullMarked
package io.tracetide.gateway.grpc;

import org.jspecify.annotations.NullMarked;
