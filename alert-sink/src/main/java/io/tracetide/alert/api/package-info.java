/** The HTTP API, in the format of Alertmanager's API where possible. */
@NullMarked
package io.tracetide.alert.api;

import org.jspecify.annotations.NullMarked;
