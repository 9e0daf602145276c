/** Remote write of Prometheus, protocols 1.0 and 2.0. */
@NullMarked
package io.tracetide.processor.exposition.remote;

import org.jspecify.annotations.NullMarked;
