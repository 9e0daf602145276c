/** Quantile sketches: values counted in buckets of one relative width. Pure: no Kafka. */
@NullMarked
package io.tracetide.processor.window.sketch;

import org.jspecify.annotations.NullMarked;
