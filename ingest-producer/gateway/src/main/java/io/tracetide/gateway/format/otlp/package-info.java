/** OTLP traces and metrics, in protobuf and in JSON. */
@NullMarked
package io.tracetide.gateway.format.otlp;

import org.jspecify.annotations.NullMarked;
