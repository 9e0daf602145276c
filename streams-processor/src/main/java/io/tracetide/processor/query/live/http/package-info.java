/** Live queries over WebSocket and Server-Sent Events. */
@NullMarked
package io.tracetide.processor.query.live.http;

import org.jspecify.annotations.NullMarked;
