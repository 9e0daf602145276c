/** The audit trail read back: verified, and exported so that others can verify it. */
@NullMarked
package io.tracetide.standalone.audit;

import org.jspecify.annotations.NullMarked;
