/** Running totals of series since they were first seen, which never decrease. Pure: no Kafka. */
@NullMarked
package io.tracetide.processor.total;

import org.jspecify.annotations.NullMarked;
