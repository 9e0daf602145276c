/** Running a Streams application: threads that fail, damaged state, and progress of restoring. */
@NullMarked
package io.tracetide.runtime.kafka.streams;

import org.jspecify.annotations.NullMarked;
