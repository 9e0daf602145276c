/** Tumbling windows: counts, quantile sketches, watermarks. No Kafka. */
@NullMarked
package io.tracetide.processor.window;

import org.jspecify.annotations.NullMarked;
