package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.email.SmtpConfig.Security;
import io.tracetide.runtime.config.Secret;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Settings for tests. */
final class EmailConfigs {
  static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** In clear, without credentials. */
  static SmtpConfig clear(int port) {
    return new SmtpConfig("127.0.0.1", port, Security.NONE, "", Secret.NONE, "");
  }

  static EmailConfig to(SmtpConfig smtp, String... to) {
    return to(smtp, TIMEOUT, to);
  }

  static EmailConfig to(SmtpConfig smtp, Duration timeout, String... to) {
    return new EmailConfig(
        smtp,
        "Tracetide <alerts@example.com>",
        List.of(to),
        List.of(),
        EmailTemplatesConfig.defaults(),
        true,
        timeout,
        timeout);
  }

  static EmailConfig with(EmailTemplatesConfig templates) {
    return new EmailConfig(
        SmtpConfig.defaults(),
        "Tracetide <alerts@example.com>",
        List.of("ops@example.com"),
        List.of("cc@example.com"),
        templates,
        true,
        TIMEOUT,
        TIMEOUT);
  }

  static Channel open(EmailConfig config) {
    return config.open(ChannelContext.of("ops", Clock.systemUTC()));
  }

  private EmailConfigs() {}
}
