/** Tumbling windows: what is counted in them, watermarks. Pure: no Kafka. */
@NullMarked
package io.tracetide.processor.window;

import org.jspecify.annotations.NullMarked;
