/** Requests of a servlet container as traces. */
@NullMarked
package io.tracetide.instrumentation.servlet;

import org.jspecify.annotations.NullMarked;
