/** Messages between instances: what an instance asks another one, and the answers. */
@NullMarked
package io.tracetide.processor.query.peer.message;

import org.jspecify.annotations.NullMarked;
