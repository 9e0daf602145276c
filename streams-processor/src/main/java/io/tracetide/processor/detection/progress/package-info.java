/** How much of their history the detectors of this process know. */
@NullMarked
package io.tracetide.processor.detection.progress;

import org.jspecify.annotations.NullMarked;
