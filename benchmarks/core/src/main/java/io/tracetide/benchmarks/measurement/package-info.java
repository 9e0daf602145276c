/** Measurements from samples of running processes. */
@NullMarked
package io.tracetide.benchmarks.measurement;

import org.jspecify.annotations.NullMarked;
