/** The stores of the alert sink: keys, formats, and views of one tenant. */
@NullMarked
package io.tracetide.alert.store;

import org.jspecify.annotations.NullMarked;
