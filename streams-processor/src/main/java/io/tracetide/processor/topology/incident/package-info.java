/** Processors and stores of incidents and published anomalies. */
@NullMarked
package io.tracetide.processor.topology.incident;

import org.jspecify.annotations.NullMarked;
