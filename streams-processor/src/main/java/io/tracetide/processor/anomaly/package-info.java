/**
 * Episodes of trouble: when one opens, when it is over, and what it is called. The same for learned
 * detectors and for rules.
 */
@NullMarked
package io.tracetide.processor.anomaly;

import org.jspecify.annotations.NullMarked;
