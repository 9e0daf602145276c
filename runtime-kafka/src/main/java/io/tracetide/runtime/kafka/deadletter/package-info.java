/** Dead letters: records that cannot be processed, written with the reason to a separate topic. */
@NullMarked
package io.tracetide.runtime.kafka.deadletter;

import org.jspecify.annotations.NullMarked;
