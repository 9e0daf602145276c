/** What recurs at the same time of every day. */
@NullMarked
package io.tracetide.detection.daily;

import org.jspecify.annotations.NullMarked;
