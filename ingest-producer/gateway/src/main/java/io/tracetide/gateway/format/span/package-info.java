/** The conversion of finished spans to events, common to all formats. */
@NullMarked
package io.tracetide.gateway.format.span;

import org.jspecify.annotations.NullMarked;
