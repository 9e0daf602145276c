/** Texts of an application within the limits of the gateway. */
@NullMarked
package io.tracetide.client.text;

import org.jspecify.annotations.NullMarked;
