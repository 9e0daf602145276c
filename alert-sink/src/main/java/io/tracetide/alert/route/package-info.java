/** Routes of alerts to receivers, in Alertmanager's terms. Pure: no Kafka, no files, no clock. */
@NullMarked
package io.tracetide.alert.route;

import org.jspecify.annotations.NullMarked;
