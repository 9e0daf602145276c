/** The meters of the alert sink. */
@NullMarked
package io.tracetide.alert.metric;

import org.jspecify.annotations.NullMarked;
