/** The channel that sends mails over SMTP. */
@NullMarked
package io.tracetide.alert.channel.email;

import org.jspecify.annotations.NullMarked;
