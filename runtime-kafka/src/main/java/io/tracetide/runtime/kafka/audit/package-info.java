/** Audit entries of a role itself, and reading and verifying the audit trail. */
@NullMarked
package io.tracetide.runtime.kafka.audit;

import org.jspecify.annotations.NullMarked;
