/** The parts of a process that the roles with a Streams application share. */
@NullMarked
package io.tracetide.runtime.kafka.role;

import org.jspecify.annotations.NullMarked;
