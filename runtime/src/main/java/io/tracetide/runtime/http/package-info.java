/**
 * The HTTP listener of every role: limits, access, health, metrics, and errors as problem details.
 */
@NullMarked
package io.tracetide.runtime.http;

import org.jspecify.annotations.NullMarked;
