/** A real schema registry beside this JVM. */
@NullMarked
package io.tracetide.standalone.registry;

import org.jspecify.annotations.NullMarked;
