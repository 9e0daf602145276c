/** The channel that pushes alerts to Prometheus Alertmanager. */
@NullMarked
package io.tracetide.alert.channel.alertmanager;

import org.jspecify.annotations.NullMarked;
