/** The local state of a Streams application: checks of its directory and of its files. */
@NullMarked
package io.tracetide.runtime.kafka.state;

import org.jspecify.annotations.NullMarked;
