/** Recorded work sent again, as the services that did it would have sent it. */
@NullMarked
package io.tracetide.standalone.replay;

import org.jspecify.annotations.NullMarked;
