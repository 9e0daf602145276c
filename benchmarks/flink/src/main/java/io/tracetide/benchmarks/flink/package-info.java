/** The job of Tracetide's counting, implemented for Apache Flink. */
@NullMarked
package io.tracetide.benchmarks.flink;

import org.jspecify.annotations.NullMarked;
