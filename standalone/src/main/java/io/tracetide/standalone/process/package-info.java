/** Child processes: started, supervised, restarted, and ended with this process. */
@NullMarked
package io.tracetide.standalone.process;

import org.jspecify.annotations.NullMarked;
