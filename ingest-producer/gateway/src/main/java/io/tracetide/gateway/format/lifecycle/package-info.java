/** Trace lifecycle events as JSON, under the field names of the contract. */
@NullMarked
package io.tracetide.gateway.format.lifecycle;

import org.jspecify.annotations.NullMarked;
