/** Service level objectives: error budgets and the burn rates that open anomalies. */
@NullMarked
package io.tracetide.processor.slo;

import org.jspecify.annotations.NullMarked;
