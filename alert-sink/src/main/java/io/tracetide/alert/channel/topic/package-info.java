/** The channel that writes notifications to a topic of the same Kafka cluster. */
@NullMarked
package io.tracetide.alert.channel.topic;

import org.jspecify.annotations.NullMarked;
