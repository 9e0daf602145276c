/** The broker and the registry that every variant runs against. */
@NullMarked
package io.tracetide.benchmarks.platform;

import org.jspecify.annotations.NullMarked;
