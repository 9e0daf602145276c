/** A live table of services in a terminal. */
@NullMarked
package io.tracetide.standalone.top;

import org.jspecify.annotations.NullMarked;
