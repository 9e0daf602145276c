/** Judgements of people on anomalies, which the sink accepts and the processor applies. */
@NullMarked
package io.tracetide.runtime.kafka.feedback;

import org.jspecify.annotations.NullMarked;
