/** Tokens and trusted certificates of tools that send requests to roles. */
@NullMarked
package io.tracetide.standalone.access;

import org.jspecify.annotations.NullMarked;
