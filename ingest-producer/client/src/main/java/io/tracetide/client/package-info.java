/** The client library: {@link io.tracetide.client.TraceEmitter} publishes traces and metrics. */
@NullMarked
package io.tracetide.client;

import org.jspecify.annotations.NullMarked;
