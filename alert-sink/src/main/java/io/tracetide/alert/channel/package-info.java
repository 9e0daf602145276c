/** The port of channels and what they share; each channel has a package of its own below. */
@NullMarked
package io.tracetide.alert.channel;

import org.jspecify.annotations.NullMarked;
