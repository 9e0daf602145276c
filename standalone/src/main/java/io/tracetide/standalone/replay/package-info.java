/** Sending recorded spans again, as their services would. */
@NullMarked
package io.tracetide.standalone.replay;

import org.jspecify.annotations.NullMarked;
