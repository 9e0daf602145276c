/** The newest outcomes of deliveries, kept in memory to be shown. */
@NullMarked
package io.tracetide.alert.history;

import org.jspecify.annotations.NullMarked;
