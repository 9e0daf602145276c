/** A dry run of contracts and compliance controls on the traces that Kafka retains. */
@NullMarked
package io.tracetide.standalone.contract;

import org.jspecify.annotations.NullMarked;
