/** A finished span on its way to an event, whatever it was written in. */
@NullMarked
package io.tracetide.gateway.format.span;

import org.jspecify.annotations.NullMarked;
