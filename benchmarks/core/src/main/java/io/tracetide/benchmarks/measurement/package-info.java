/** From samples of a running process to the figures that are compared. */
@NullMarked
package io.tracetide.benchmarks.measurement;

import org.jspecify.annotations.NullMarked;
