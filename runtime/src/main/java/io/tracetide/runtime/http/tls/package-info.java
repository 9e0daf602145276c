/** TLS from PEM files that may change while a listener serves. */
@NullMarked
package io.tracetide.runtime.http.tls;

import org.jspecify.annotations.NullMarked;
