/** A schema registry in a child process. */
@NullMarked
package io.tracetide.standalone.registry;

import org.jspecify.annotations.NullMarked;
