/** The life of a process: what it opened, closed in reverse order, and the codes it exits with. */
@NullMarked
package io.tracetide.runtime.life;

import org.jspecify.annotations.NullMarked;
