/**
 * The HTTP listener every role answers on: limits, health, metrics, and errors as problem details.
 */
@NullMarked
package io.tracetide.runtime.http;

import org.jspecify.annotations.NullMarked;
