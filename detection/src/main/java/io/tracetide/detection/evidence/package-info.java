/**
 * The evidence detector: how far the windows of a tenant's series are from what their own history
 * and the other series of the tenant predict. Plain Java without dependencies.
 */
@NullMarked
package io.tracetide.detection.evidence;

import org.jspecify.annotations.NullMarked;
