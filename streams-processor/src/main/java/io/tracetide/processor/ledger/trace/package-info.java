/**
 * A trace as the ledger reports it: snapshot, steps, breaches, findings, and the port for judges.
 */
@NullMarked
package io.tracetide.processor.ledger.trace;

import org.jspecify.annotations.NullMarked;
