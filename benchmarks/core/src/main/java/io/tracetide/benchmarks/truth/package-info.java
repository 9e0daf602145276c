/** What the answers must be, and whether a variant's are. */
@NullMarked
package io.tracetide.benchmarks.truth;

import org.jspecify.annotations.NullMarked;
