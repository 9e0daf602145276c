/** Compliance frameworks: sets of named controls that traces and the configuration must pass. */
@NullMarked
package io.tracetide.processor.compliance;

import org.jspecify.annotations.NullMarked;
