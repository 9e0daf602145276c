/** Metrics of services for Prometheus: scraped, or sent by remote write. */
@NullMarked
package io.tracetide.processor.exposition;

import org.jspecify.annotations.NullMarked;
