/**
 * The configuration file: reading it over the defaults, checking it, and reporting all its problems
 * at once.
 */
@NullMarked
package io.tracetide.runtime.config;

import org.jspecify.annotations.NullMarked;
