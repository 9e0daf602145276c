/** Recently finished traces and counted spans, for late events and duplicates. */
@NullMarked
package io.tracetide.processor.ledger.recent;

import org.jspecify.annotations.NullMarked;
