/** Traces in flight and lately finished: what is known of each, and which of them are stuck. */
@NullMarked
package io.tracetide.processor.ledger;

import org.jspecify.annotations.NullMarked;
