/** The content of a notification as every channel renders it: sentences, values and links. */
@NullMarked
package io.tracetide.alert.message;

import org.jspecify.annotations.NullMarked;
