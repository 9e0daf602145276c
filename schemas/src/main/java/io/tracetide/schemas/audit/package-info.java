/** The audit trail: how its records are chained, written, exported and verified. */
@NullMarked
package io.tracetide.schemas.audit;

import org.jspecify.annotations.NullMarked;
