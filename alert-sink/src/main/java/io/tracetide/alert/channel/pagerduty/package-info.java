/** The channel that sends events to PagerDuty (Events API v2). */
@NullMarked
package io.tracetide.alert.channel.pagerduty;

import org.jspecify.annotations.NullMarked;
