/** A real Kafka broker within this JVM. */
@NullMarked
package io.tracetide.standalone.broker;

import org.jspecify.annotations.NullMarked;
