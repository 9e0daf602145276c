/** What our processes log, within limits. */
@NullMarked
package io.tracetide.standalone.log;

import org.jspecify.annotations.NullMarked;
