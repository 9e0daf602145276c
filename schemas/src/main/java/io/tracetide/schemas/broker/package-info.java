/** Whether Kafka lets a role in. */
@NullMarked
package io.tracetide.schemas.broker;

import org.jspecify.annotations.NullMarked;
