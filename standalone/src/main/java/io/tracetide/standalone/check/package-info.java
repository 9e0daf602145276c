/** Comparison of the processor's analytics with values recomputed from a recording. */
@NullMarked
package io.tracetide.standalone.check;

import org.jspecify.annotations.NullMarked;
