/** The processing of a request, independent of its transport. */
@NullMarked
package io.tracetide.gateway.receive;

import org.jspecify.annotations.NullMarked;
