/** Progress of a command on standard error. */
@NullMarked
package io.tracetide.standalone.cli.progress;

import org.jspecify.annotations.NullMarked;
