/** Processors that write the chained audit trail. */
@NullMarked
package io.tracetide.processor.topology.audit;

import org.jspecify.annotations.NullMarked;
