/** The gateway's meters. */
@NullMarked
package io.tracetide.gateway.metric;

import org.jspecify.annotations.NullMarked;
