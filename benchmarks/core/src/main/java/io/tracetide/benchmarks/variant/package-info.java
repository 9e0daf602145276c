/** The programs that are compared, each in its own JVM. */
@NullMarked
package io.tracetide.benchmarks.variant;

import org.jspecify.annotations.NullMarked;
