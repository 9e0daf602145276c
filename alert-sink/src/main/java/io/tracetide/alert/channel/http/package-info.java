/** What channels over HTTP share: where they may connect to, and what an answer means. */
@NullMarked
package io.tracetide.alert.channel.http;

import org.jspecify.annotations.NullMarked;
