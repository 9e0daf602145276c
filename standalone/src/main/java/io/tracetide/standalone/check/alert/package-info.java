/**
 * Checks of the guarantees of alerting: instances of the alert sink are started as processes,
 * killed and frozen under load, and what a webhook has received is compared with what was sent.
 */
@NullMarked
package io.tracetide.standalone.check.alert;

import org.jspecify.annotations.NullMarked;
