/** The local state of a Streams application: whether its directory can be used and is sound. */
@NullMarked
package io.tracetide.runtime.kafka.state;

import org.jspecify.annotations.NullMarked;
