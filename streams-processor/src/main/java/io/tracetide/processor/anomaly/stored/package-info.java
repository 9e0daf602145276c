/** Encoding of episodes as values of the store {@code episodes}: in Avro, and as it was before. */
@NullMarked
package io.tracetide.processor.anomaly.stored;

import org.jspecify.annotations.NullMarked;
