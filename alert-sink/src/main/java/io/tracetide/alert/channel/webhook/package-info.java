/** The channel that posts alerts to an HTTP endpoint. */
@NullMarked
package io.tracetide.alert.channel.webhook;

import org.jspecify.annotations.NullMarked;
