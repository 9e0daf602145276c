/** The gateway: receives traces over HTTP and gRPC and responds after Kafka's acknowledgement. */
@NullMarked
package io.tracetide.gateway;

import org.jspecify.annotations.NullMarked;
