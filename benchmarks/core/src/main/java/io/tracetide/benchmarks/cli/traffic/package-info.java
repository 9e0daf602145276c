/** Options of the events that a benchmark writes. */
@NullMarked
package io.tracetide.benchmarks.cli.traffic;

import org.jspecify.annotations.NullMarked;
