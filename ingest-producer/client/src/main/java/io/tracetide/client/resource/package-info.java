/**
 * Measurement of the process and its host from management beans and {@code /proc}. Internal to the
 * emitter.
 */
@NullMarked
package io.tracetide.client.resource;

import org.jspecify.annotations.NullMarked;
