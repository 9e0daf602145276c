/** Requests of the dashboard to the alert sink. */
@NullMarked
package io.tracetide.processor.query.alerting;

import org.jspecify.annotations.NullMarked;
