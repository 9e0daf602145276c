/** Zipkin's spans, version 2. */
@NullMarked
package io.tracetide.gateway.format.zipkin;

import org.jspecify.annotations.NullMarked;
