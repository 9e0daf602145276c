/** Dead letters: records that cannot be processed, kept with the reason in a topic of their own. */
@NullMarked
package io.tracetide.runtime.kafka.deadletter;

import org.jspecify.annotations.NullMarked;
