/** Queries of the audit trail, and the result of its verification. */
@NullMarked
package io.tracetide.processor.query.audit;

import org.jspecify.annotations.NullMarked;
