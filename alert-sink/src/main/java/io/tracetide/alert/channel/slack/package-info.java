/** The channels that post alerts to Slack: an incoming webhook, and a bot that updates messages. */
@NullMarked
package io.tracetide.alert.channel.slack;

import org.jspecify.annotations.NullMarked;
