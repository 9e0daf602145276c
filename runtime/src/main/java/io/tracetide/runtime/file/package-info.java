/** Files that a process reads to their end. */
@NullMarked
package io.tracetide.runtime.file;

import org.jspecify.annotations.NullMarked;
