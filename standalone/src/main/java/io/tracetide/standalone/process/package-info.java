/** Programs that run beside this one: started, watched, restarted, and ended with it. */
@NullMarked
package io.tracetide.standalone.process;

import org.jspecify.annotations.NullMarked;
