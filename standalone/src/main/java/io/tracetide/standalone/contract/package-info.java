/** What contracts and compliance controls would have said of the traces that Kafka still has. */
@NullMarked
package io.tracetide.standalone.contract;

import org.jspecify.annotations.NullMarked;
