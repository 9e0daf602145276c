/**
 * Benchmarks of the gateway: kills, overload, and processor time compared with another receiver.
 */
@NullMarked
package io.tracetide.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;
