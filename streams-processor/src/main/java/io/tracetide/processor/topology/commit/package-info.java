/** The callback before a commit of Kafka Streams, and small processors without a store. */
@NullMarked
package io.tracetide.processor.topology.commit;

import org.jspecify.annotations.NullMarked;
