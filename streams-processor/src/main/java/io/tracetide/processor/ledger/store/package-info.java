/** Settings, keys and storage of the ledger. */
@NullMarked
package io.tracetide.processor.ledger.store;

import org.jspecify.annotations.NullMarked;
