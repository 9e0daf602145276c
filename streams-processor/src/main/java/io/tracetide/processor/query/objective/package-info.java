/** The error budgets of objectives: parameters, sums and answer. */
@NullMarked
package io.tracetide.processor.query.objective;

import org.jspecify.annotations.NullMarked;
