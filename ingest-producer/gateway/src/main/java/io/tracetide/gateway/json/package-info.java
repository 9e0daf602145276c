/** JSON from strangers, read in bounded memory. */
@NullMarked
package io.tracetide.gateway.json;

import org.jspecify.annotations.NullMarked;
