/** What the machine must offer: a data directory of our own, free ports, disk space. */
@NullMarked
package io.tracetide.standalone.environment;

import org.jspecify.annotations.NullMarked;
