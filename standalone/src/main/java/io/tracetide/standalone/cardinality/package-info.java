/** What templating and limits would make of the names that are in Kafka; changes nothing. */
@NullMarked
package io.tracetide.standalone.cardinality;

import org.jspecify.annotations.NullMarked;
