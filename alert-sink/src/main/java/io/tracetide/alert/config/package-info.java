/** Sections of the configuration that decide which receivers are notified, and when. */
@NullMarked
package io.tracetide.alert.config;

import org.jspecify.annotations.NullMarked;
