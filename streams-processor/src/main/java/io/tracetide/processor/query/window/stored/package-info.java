/** Windows read from the state stores of this process. */
@NullMarked
package io.tracetide.processor.query.window.stored;

import org.jspecify.annotations.NullMarked;
