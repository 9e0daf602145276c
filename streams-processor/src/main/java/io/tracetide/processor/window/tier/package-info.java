/** Closing windows in every tier, and revising closed ones. No Kafka: the stores are ports. */
@NullMarked
package io.tracetide.processor.window.tier;

import org.jspecify.annotations.NullMarked;
