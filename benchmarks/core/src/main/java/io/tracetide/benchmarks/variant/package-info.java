/** The programs that are compared, each run in a JVM of its own. */
@NullMarked
package io.tracetide.benchmarks.variant;

import org.jspecify.annotations.NullMarked;
