/** Who calls, and what they may do: tokens, the tenants they open, and sessions made from them. */
@NullMarked
package io.tracetide.runtime.access;

import org.jspecify.annotations.NullMarked;
