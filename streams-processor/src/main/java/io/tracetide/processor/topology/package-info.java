/** The Streams application: the data flow and its processors. */
@NullMarked
package io.tracetide.processor.topology;

import org.jspecify.annotations.NullMarked;
