/** The gateway under force, and beside another receiver: kills, overload, processor time. */
@NullMarked
package io.tracetide.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;
