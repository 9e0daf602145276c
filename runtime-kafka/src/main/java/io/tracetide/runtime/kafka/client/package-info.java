/** Properties and clients of Kafka and the schema registry, made from the configuration. */
@NullMarked
package io.tracetide.runtime.kafka.client;

import org.jspecify.annotations.NullMarked;
