/**
 * What arrives in one request, on its way to Kafka: the limits it meets, what is accepted and what
 * is refused.
 */
@NullMarked
package io.tracetide.gateway.record;

import org.jspecify.annotations.NullMarked;
