/** Reading the configuration again while the sink runs, and what came of it. */
@NullMarked
package io.tracetide.alert.reload;

import org.jspecify.annotations.NullMarked;
