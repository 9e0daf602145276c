/** The events that every variant reads: what is in them, and writing them to Kafka. */
@NullMarked
package io.tracetide.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
