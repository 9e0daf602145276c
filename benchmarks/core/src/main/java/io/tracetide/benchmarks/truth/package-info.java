/** The exact results and the comparison with those of a variant. */
@NullMarked
package io.tracetide.benchmarks.truth;

import org.jspecify.annotations.NullMarked;
