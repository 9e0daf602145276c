/** Access to the state stores of the partitions that this instance owns. */
@NullMarked
package io.tracetide.processor.query.store;

import org.jspecify.annotations.NullMarked;
