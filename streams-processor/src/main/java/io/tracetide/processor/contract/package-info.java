/**
 * Workflow contracts: what a trace must do, in which order, how fast and with whose approval; and
 * the events about contexts, plans, approvals and milestones that they are told by.
 */
@NullMarked
package io.tracetide.processor.contract;

import org.jspecify.annotations.NullMarked;
