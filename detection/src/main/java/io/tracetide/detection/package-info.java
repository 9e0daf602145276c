/** Outlier engines: the port, the isolation forest, and how engines are found. */
@NullMarked
package io.tracetide.detection;

import org.jspecify.annotations.NullMarked;
