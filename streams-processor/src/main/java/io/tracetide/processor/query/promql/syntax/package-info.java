/** PromQL as text: tokens, grammar and types. Knows nothing of windows, HTTP or JSON. */
@NullMarked
package io.tracetide.processor.query.promql.syntax;

import org.jspecify.annotations.NullMarked;
