/**
 * Calls between operations, and incidents: anomalies that one fault probably caused, with its most
 * likely origin.
 */
@NullMarked
package io.tracetide.processor.incident;

import org.jspecify.annotations.NullMarked;
