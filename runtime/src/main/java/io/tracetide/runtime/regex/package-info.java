/** Regular expressions from configuration and requests. */
@NullMarked
package io.tracetide.runtime.regex;

import org.jspecify.annotations.NullMarked;
