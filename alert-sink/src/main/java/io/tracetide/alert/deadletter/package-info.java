/** What the alert sink could not use or deliver, kept with the reason. */
@NullMarked
package io.tracetide.alert.deadletter;

import org.jspecify.annotations.NullMarked;
