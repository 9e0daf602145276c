/** The same job as Tracetide's counting, written for Apache Flink. */
@NullMarked
package io.tracetide.benchmarks.flink;

import org.jspecify.annotations.NullMarked;
