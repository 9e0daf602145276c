/**
 * How likely it is that evidence comes from a fault, learned from the windows of a deployment
 * without labels. Plain Java without dependencies.
 */
@NullMarked
package io.tracetide.detection.calibration;

import org.jspecify.annotations.NullMarked;
