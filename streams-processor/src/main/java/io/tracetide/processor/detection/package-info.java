/** The learned detector: robust bands and an outlier engine over the windows of each series. */
@NullMarked
package io.tracetide.processor.detection;

import org.jspecify.annotations.NullMarked;
