/**
 * Workflows in traces: their vocabulary, the steps of a trace by time, and rules that judge single
 * traces. Contracts and compliance controls are such rules. Pure.
 */
@NullMarked
package io.tracetide.processor.workflow;

import org.jspecify.annotations.NullMarked;
