/** What becomes of a body, whatever it came in over: read, limited, published, answered. */
@NullMarked
package io.tracetide.gateway.receive;

import org.jspecify.annotations.NullMarked;
