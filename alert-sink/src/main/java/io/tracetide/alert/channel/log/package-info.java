/** The channel that writes alerts to the log. */
@NullMarked
package io.tracetide.alert.channel.log;

import org.jspecify.annotations.NullMarked;
