/** Detection of unusual values of metrics: gauges, and counters by their rates. */
@NullMarked
package io.tracetide.processor.detection.gauge;

import org.jspecify.annotations.NullMarked;
