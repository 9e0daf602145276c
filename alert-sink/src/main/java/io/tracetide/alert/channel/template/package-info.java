/** Templates of operators, which replace the built-in texts of a channel. */
@NullMarked
package io.tracetide.alert.channel.template;

import org.jspecify.annotations.NullMarked;
