/** The life cycle of a process: closing its resources in reverse order, and exit codes. */
@NullMarked
package io.tracetide.runtime.life;

import org.jspecify.annotations.NullMarked;
