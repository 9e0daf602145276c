/** A dry run of templating and limits on the names in Kafka. */
@NullMarked
package io.tracetide.standalone.cardinality;

import org.jspecify.annotations.NullMarked;
