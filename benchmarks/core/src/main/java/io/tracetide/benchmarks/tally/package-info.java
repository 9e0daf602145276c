/** The state of the peers for a window: counts and a DDSketch. */
@NullMarked
package io.tracetide.benchmarks.tally;

import org.jspecify.annotations.NullMarked;
