/** How much the detectors know: parameters, search and answer. */
@NullMarked
package io.tracetide.processor.query.detection;

import org.jspecify.annotations.NullMarked;
