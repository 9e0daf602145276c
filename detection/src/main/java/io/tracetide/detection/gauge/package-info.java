/**
 * The gauge detector: unusual values of one series of numbers, such as cpu, memory or a metric of
 * an application. Plain Java without dependencies.
 */
@NullMarked
package io.tracetide.detection.gauge;

import org.jspecify.annotations.NullMarked;
