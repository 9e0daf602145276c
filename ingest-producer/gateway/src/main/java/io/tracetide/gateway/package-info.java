/** The gateway: receives traces over HTTP and answers for each record once Kafka has it. */
@NullMarked
package io.tracetide.gateway;

import org.jspecify.annotations.NullMarked;
