/** How much each tenant may send. */
@NullMarked
package io.tracetide.gateway.limit;

import org.jspecify.annotations.NullMarked;
