package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of the email channel.
 *
 * @param smtp the mail server
 * @param from address of the sender, for example {@code Tracetide <alerts@example.com>}
 * @param to addresses of the recipients
 * @param cc addresses of further recipients
 * @param templates texts in place of the built-in ones
 * @param allowPrivate whether the mail server may be on this machine or a private network
 * @param connectTimeout until a connection is open
 * @param timeout until the server has accepted the mail, connecting included
 */
public record EmailConfig(
    @Required SmtpConfig smtp,
    @Required String from,
    @Required List<String> to,
    List<String> cc,
    EmailTemplatesConfig templates,
    boolean allowPrivate,
    Duration connectTimeout,
    Duration timeout)
    implements ChannelConfig {
  private static final String ADDRESS =
      "an address such as name@example.com or Name <name@example.com>";
  private static final int MAX_RECIPIENTS = 100;

  public EmailConfig {
    to = List.copyOf(to);
    cc = List.copyOf(cc);
    int recipients = to.size() + cc.size();
    Checks checks =
        Checks.check()
            .that(isAddress(from), "from", from, ADDRESS)
            .that(
                !to.isEmpty() && recipients <= MAX_RECIPIENTS,
                "to",
                to,
                "at least one address, and with cc at most " + MAX_RECIPIENTS)
            .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
            .range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(5));
    check(checks, "to", to);
    check(checks, "cc", cc);
    checks.done();
  }

  private static void check(Checks checks, String key, List<String> addresses) {
    for (int i = 0; i < addresses.size(); i++) {
      checks.that(isAddress(addresses.get(i)), key + "[" + i + "]", addresses.get(i), ADDRESS);
    }
  }

  public static EmailConfig defaults() {
    return new EmailConfig(
        SmtpConfig.defaults(),
        "tracetide@localhost",
        List.of("root@localhost"),
        List.of(),
        EmailTemplatesConfig.defaults(),
        false,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30));
  }

  @Override
  public Channel open(ChannelContext context) {
    return new EmailChannel(this, context);
  }

  InternetAddress sender() {
    return address(from);
  }

  static List<InternetAddress> addresses(List<String> texts) {
    List<InternetAddress> addresses = new ArrayList<>();
    texts.forEach(text -> addresses.add(address(text)));
    return addresses;
  }

  private static InternetAddress address(String text) {
    try {
      return new InternetAddress(text, true);
    } catch (AddressException e) {
      throw new IllegalArgumentException("addresses are checked when they are read", e);
    }
  }

  private static boolean isAddress(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    try {
      InternetAddress address = new InternetAddress(text, true);
      return !address.isGroup() && address.getAddress().indexOf('@') > 0;
    } catch (AddressException e) {
      return false;
    }
  }
}
