/** Traces in flight: their facts, steps, timers and the history of their operations. */
@NullMarked
package io.tracetide.processor.ledger.follow;

import org.jspecify.annotations.NullMarked;
