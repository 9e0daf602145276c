/**
 * The one configuration file: reading it over the defaults, checking it, and saying everything that
 * is wrong with it at once.
 */
@NullMarked
package io.tracetide.runtime.config;

import org.jspecify.annotations.NullMarked;
