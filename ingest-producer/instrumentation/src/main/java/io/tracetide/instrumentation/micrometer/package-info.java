/** Meters of Micrometer as samples of the topic of metrics. */
@NullMarked
package io.tracetide.instrumentation.micrometer;

import org.jspecify.annotations.NullMarked;
