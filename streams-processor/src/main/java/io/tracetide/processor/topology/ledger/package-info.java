/** Processors that follow the traces in flight, and their stores. */
@NullMarked
package io.tracetide.processor.topology.ledger;

import org.jspecify.annotations.NullMarked;
