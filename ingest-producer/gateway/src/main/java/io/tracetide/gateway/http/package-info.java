/** The gateway's endpoints over HTTP: bodies in, answers out, nothing blocked in between. */
@NullMarked
package io.tracetide.gateway.http;

import org.jspecify.annotations.NullMarked;
