/** Traces in flight and finished ones: filters, cursors, scans and answers. */
@NullMarked
package io.tracetide.processor.query.trace;

import org.jspecify.annotations.NullMarked;
