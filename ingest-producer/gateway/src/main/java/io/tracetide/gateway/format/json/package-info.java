/** Untrusted JSON, read in bounded memory. */
@NullMarked
package io.tracetide.gateway.format.json;

import org.jspecify.annotations.NullMarked;
