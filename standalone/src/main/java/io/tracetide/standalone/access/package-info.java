/** Tokens and trust of the tools that talk to roles. */
@NullMarked
package io.tracetide.standalone.access;

import org.jspecify.annotations.NullMarked;
