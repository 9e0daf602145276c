/** Traces in flight and recently finished: their facts, their states and their breaches. */
@NullMarked
package io.tracetide.processor.ledger;

import org.jspecify.annotations.NullMarked;
