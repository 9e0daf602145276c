/** The anomalies of a tenant: parameters, search and answer. */
@NullMarked
package io.tracetide.processor.query.anomaly;

import org.jspecify.annotations.NullMarked;
