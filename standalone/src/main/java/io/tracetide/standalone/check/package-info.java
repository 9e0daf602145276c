/** Whether the processor's answers equal what a recording says, recomputed without it. */
@NullMarked
package io.tracetide.standalone.check;

import org.jspecify.annotations.NullMarked;
