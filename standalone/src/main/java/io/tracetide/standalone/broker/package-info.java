/** A Kafka broker in this JVM. */
@NullMarked
package io.tracetide.standalone.broker;

import org.jspecify.annotations.NullMarked;
