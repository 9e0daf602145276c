/** The records of Kafka that events become. */
@NullMarked
package io.tracetide.client.send;

import org.jspecify.annotations.NullMarked;
