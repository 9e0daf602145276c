/**
 * Workflow contracts: clauses on the steps of a trace, their order, durations and approvals, and on
 * context, latency and deadline; each clause is a class.
 */
@NullMarked
package io.tracetide.processor.contract;

import org.jspecify.annotations.NullMarked;
