/** Finished spans as services send them, and the bodies they are sent in. */
@NullMarked
package io.tracetide.benchmarks.span;

import org.jspecify.annotations.NullMarked;
