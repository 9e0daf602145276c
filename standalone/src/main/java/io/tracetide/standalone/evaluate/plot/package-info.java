/** Pictures of evaluated series. */
@NullMarked
package io.tracetide.standalone.evaluate.plot;

import org.jspecify.annotations.NullMarked;
