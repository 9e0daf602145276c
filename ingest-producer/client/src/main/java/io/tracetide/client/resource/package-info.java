/**
 * What the process and its host use: read from the platform's beans and from {@code /proc}, and
 * said as metrics. A part of the emitter, not for use by others.
 */
@NullMarked
package io.tracetide.client.resource;

import org.jspecify.annotations.NullMarked;
