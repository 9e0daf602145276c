/** Child processes: started, watched from outside, and ended with this one. */
@NullMarked
package io.tracetide.benchmarks.process;

import org.jspecify.annotations.NullMarked;
