/** Everything on one machine, started in order and stopped in reverse. */
@NullMarked
package io.tracetide.standalone.launch;

import org.jspecify.annotations.NullMarked;
