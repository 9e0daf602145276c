/**
 * HTTP answers over the state stores: parameters in, reads of windows and anomalies, JSON out; and
 * the dashboard page.
 */
@NullMarked
package io.tracetide.processor.query;

import org.jspecify.annotations.NullMarked;
