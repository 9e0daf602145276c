/** Benchmarks with live traffic: paced events, kills of processors, probes. */
@NullMarked
package io.tracetide.benchmarks.live;

import org.jspecify.annotations.NullMarked;
