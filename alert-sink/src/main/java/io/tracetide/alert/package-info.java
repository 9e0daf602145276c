/** The process of the alert sink: its configuration, its Kafka properties, and its wiring. */
@NullMarked
package io.tracetide.alert;

import org.jspecify.annotations.NullMarked;
