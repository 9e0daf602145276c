/** What a query reads: series of windows, by the labels of PromQL. */
@NullMarked
package io.tracetide.processor.query.promql.source;

import org.jspecify.annotations.NullMarked;
