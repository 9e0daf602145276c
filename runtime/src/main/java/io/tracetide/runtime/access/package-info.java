/** Authentication and authorisation of callers: tokens, their tenants, and sessions of browsers. */
@NullMarked
package io.tracetide.runtime.access;

import org.jspecify.annotations.NullMarked;
