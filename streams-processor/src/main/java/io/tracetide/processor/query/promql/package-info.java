/**
 * QueryRun of PromQL over windows. It reads them through {@link
 * io.tracetide.processor.query.promql.source.SeriesSource}, and knows nothing of stores, HTTP or
 * JSON.
 */
@NullMarked
package io.tracetide.processor.query.promql;

import org.jspecify.annotations.NullMarked;
