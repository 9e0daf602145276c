/** The meters of the processor. */
@NullMarked
package io.tracetide.processor.topology.metric;

import org.jspecify.annotations.NullMarked;
