/** What can be asked over HTTP, in the shape of Alertmanager's API where that has one. */
@NullMarked
package io.tracetide.alert.api;

import org.jspecify.annotations.NullMarked;
