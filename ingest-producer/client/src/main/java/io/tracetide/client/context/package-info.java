/** Identifiers of traces and spans, and the headers of W3C Trace Context. */
@NullMarked
package io.tracetide.client.context;

import org.jspecify.annotations.NullMarked;
