/** Compacted topics that a role holds in memory. */
@NullMarked
package io.tracetide.runtime.kafka.table;

import org.jspecify.annotations.NullMarked;
