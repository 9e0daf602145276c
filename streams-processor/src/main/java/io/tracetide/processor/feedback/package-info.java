/** What judgements of people change: which anomalies are published, and what confidence is. */
@NullMarked
package io.tracetide.processor.feedback;

import org.jspecify.annotations.NullMarked;
