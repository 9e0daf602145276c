/** The port of channels and their shared code; each channel has its own package below. */
@NullMarked
package io.tracetide.alert.channel;

import org.jspecify.annotations.NullMarked;
