/** The logging of Tracetide's processes and its limits. */
@NullMarked
package io.tracetide.standalone.log;

import org.jspecify.annotations.NullMarked;
