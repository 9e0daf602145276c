/** Limits of the size of records, and the handling of larger ones. */
@NullMarked
package io.tracetide.schemas.size;

import org.jspecify.annotations.NullMarked;
