/** The meters of a role's process: what is exported, and what each of them means. */
@NullMarked
package io.tracetide.runtime.meter;

import org.jspecify.annotations.NullMarked;
