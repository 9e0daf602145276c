/** How large a record may be, and what is kept of one that is larger. */
@NullMarked
package io.tracetide.schemas.size;

import org.jspecify.annotations.NullMarked;
