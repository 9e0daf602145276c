/** Outlier engines: the port, forests, and how engines are found. */
@NullMarked
package io.tracetide.detection;

import org.jspecify.annotations.NullMarked;
