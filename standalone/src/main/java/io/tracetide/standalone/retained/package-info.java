/** What Kafka still has, read up to now without leaving a trace of having been read. */
@NullMarked
package io.tracetide.standalone.retained;

import org.jspecify.annotations.NullMarked;
