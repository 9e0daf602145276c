/**
 * Changes of windows, anomalies and traces on their way from the tasks that make them to live
 * queries: held until they are committed, and only while someone listens.
 */
@NullMarked
package io.tracetide.processor.change;

import org.jspecify.annotations.NullMarked;
