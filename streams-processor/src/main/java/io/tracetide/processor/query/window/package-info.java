/** Windows of a service: granularity, coverage, scans and the answers computed from them. */
@NullMarked
package io.tracetide.processor.query.window;

import org.jspecify.annotations.NullMarked;
