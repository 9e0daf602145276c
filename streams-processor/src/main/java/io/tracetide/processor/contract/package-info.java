/**
 * Workflow contracts: the required steps of a trace, their order, durations and approvals; and the
 * events about contexts, plans, approvals and milestones that they are judged by.
 */
@NullMarked
package io.tracetide.processor.contract;

import org.jspecify.annotations.NullMarked;
