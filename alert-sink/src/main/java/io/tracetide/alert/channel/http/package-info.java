/** Shared code of HTTP channels: permitted addresses and the interpretation of responses. */
@NullMarked
package io.tracetide.alert.channel.http;

import org.jspecify.annotations.NullMarked;
