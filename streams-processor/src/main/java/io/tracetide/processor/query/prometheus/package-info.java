/** The query API of Prometheus over the windows, gauges and anomalies of all instances. */
@NullMarked
package io.tracetide.processor.query.prometheus;

import org.jspecify.annotations.NullMarked;
