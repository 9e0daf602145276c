/** How people are reached: what every channel is, and which there are. */
@NullMarked
package io.tracetide.alert.channel;

import org.jspecify.annotations.NullMarked;
