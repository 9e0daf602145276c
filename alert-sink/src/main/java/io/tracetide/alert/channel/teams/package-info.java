/** The channel that posts alerts to Microsoft Teams through a workflow. */
@NullMarked
package io.tracetide.alert.channel.teams;

import org.jspecify.annotations.NullMarked;
