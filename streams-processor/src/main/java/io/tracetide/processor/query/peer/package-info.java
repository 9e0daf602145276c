/**
 * Queries over all instances: which host holds which partition, the requests between instances, and
 * views that combine local partitions with those of peers.
 */
@NullMarked
package io.tracetide.processor.query.peer;

import org.jspecify.annotations.NullMarked;
