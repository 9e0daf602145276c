/** Messages between instances: requests and responses. */
@NullMarked
package io.tracetide.processor.query.peer.message;

import org.jspecify.annotations.NullMarked;
