/** The way into Kafka: acknowledged, or known not to be. */
@NullMarked
package io.tracetide.gateway.publish;

import org.jspecify.annotations.NullMarked;
