/** Rate limits per tenant. */
@NullMarked
package io.tracetide.gateway.limit;

import org.jspecify.annotations.NullMarked;
