/** Traces in flight: their facts, steps and timers, and the histories of their operations. */
@NullMarked
package io.tracetide.processor.ledger.follow;

import org.jspecify.annotations.NullMarked;
