/**
 * Episodes of anomalies: when they open and resolve, and their fingerprints. Shared by learned
 * detectors and rules.
 */
@NullMarked
package io.tracetide.processor.anomaly;

import org.jspecify.annotations.NullMarked;
