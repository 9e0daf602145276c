/** The HTTP endpoints of the gateway. */
@NullMarked
package io.tracetide.gateway.http;

import org.jspecify.annotations.NullMarked;
