/** Runs against work that happens now: paced events, processors that are killed, probes. */
@NullMarked
package io.tracetide.benchmarks.live;

import org.jspecify.annotations.NullMarked;
