/** The instances of the application: their partitions, lag and settings. */
@NullMarked
package io.tracetide.processor.query.instance;

import org.jspecify.annotations.NullMarked;
