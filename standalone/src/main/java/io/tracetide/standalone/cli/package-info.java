/** The command line. */
@NullMarked
package io.tracetide.standalone.cli;

import org.jspecify.annotations.NullMarked;
