/** Waiting at the start until Kafka accepts the credentials of a role. */
@NullMarked
package io.tracetide.schemas.broker;

import org.jspecify.annotations.NullMarked;
