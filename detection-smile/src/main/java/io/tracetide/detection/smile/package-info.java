/** The isolation forest of Smile as an outlier engine. */
@NullMarked
package io.tracetide.detection.smile;

import org.jspecify.annotations.NullMarked;
