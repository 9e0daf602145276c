/** The events that every variant reads, and their writer to Kafka. */
@NullMarked
package io.tracetide.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
