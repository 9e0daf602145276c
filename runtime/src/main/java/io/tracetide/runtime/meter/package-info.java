/** The exported meters of a role's process and their descriptions. */
@NullMarked
package io.tracetide.runtime.meter;

import org.jspecify.annotations.NullMarked;
