/** The health of a process: the sum of named checks. */
@NullMarked
package io.tracetide.runtime.health;

import org.jspecify.annotations.NullMarked;
