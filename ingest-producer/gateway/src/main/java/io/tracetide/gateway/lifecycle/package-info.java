/** Trace lifecycle events as JSON, under the field names of the contract. */
@NullMarked
package io.tracetide.gateway.lifecycle;

import org.jspecify.annotations.NullMarked;
