/** JMH benchmarks of the parts on the hot path, beside their peers. */
@NullMarked
package io.tracetide.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
