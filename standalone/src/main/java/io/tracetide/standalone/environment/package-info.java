/** Requirements on the machine: an exclusive data directory, free ports, disk space. */
@NullMarked
package io.tracetide.standalone.environment;

import org.jspecify.annotations.NullMarked;
