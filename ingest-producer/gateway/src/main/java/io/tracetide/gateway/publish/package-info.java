/** Publication of records to Kafka. */
@NullMarked
package io.tracetide.gateway.publish;

import org.jspecify.annotations.NullMarked;
