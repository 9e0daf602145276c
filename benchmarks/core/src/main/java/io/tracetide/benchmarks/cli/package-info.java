/** The command line of the benchmarks. */
@NullMarked
package io.tracetide.benchmarks.cli;

import org.jspecify.annotations.NullMarked;
