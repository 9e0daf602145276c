/** Audit entries of a role itself: its start and the use of its tokens. */
@NullMarked
package io.tracetide.runtime.kafka.audit;

import org.jspecify.annotations.NullMarked;
