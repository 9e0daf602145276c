/** Whether a process can do its work now, as the sum of named checks. */
@NullMarked
package io.tracetide.runtime.health;

import org.jspecify.annotations.NullMarked;
