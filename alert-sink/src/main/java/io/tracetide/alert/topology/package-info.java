/** The Streams application that decides: anomalies in, notifications out. */
@NullMarked
package io.tracetide.alert.topology;

import org.jspecify.annotations.NullMarked;
