/**
 * Live queries: channels of equal filters with sequence numbers and a replay buffer, and the
 * connections that follow them.
 */
@NullMarked
package io.tracetide.processor.query.live;

import org.jspecify.annotations.NullMarked;
