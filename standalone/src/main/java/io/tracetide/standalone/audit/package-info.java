/** Verification and export of the audit trail. */
@NullMarked
package io.tracetide.standalone.audit;

import org.jspecify.annotations.NullMarked;
