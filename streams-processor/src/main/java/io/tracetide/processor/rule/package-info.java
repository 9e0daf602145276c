/** Threshold rules over the windows of services and operations. */
@NullMarked
package io.tracetide.processor.rule;

import org.jspecify.annotations.NullMarked;
