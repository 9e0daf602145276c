/** Queries of the contracts of workflows. */
@NullMarked
package io.tracetide.processor.query.contract;

import org.jspecify.annotations.NullMarked;
