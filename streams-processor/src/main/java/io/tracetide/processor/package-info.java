/** The processor role: its configuration and its composition root. */
@NullMarked
package io.tracetide.processor;

import org.jspecify.annotations.NullMarked;
