/** The launcher: starts all parts on one machine in order and stops them in reverse. */
@NullMarked
package io.tracetide.standalone.launch;

import org.jspecify.annotations.NullMarked;
