package io.tracetide.alert.alertmanager;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.email.EmailConfig;
import io.tracetide.alert.channel.email.SmtpConfig;
import io.tracetide.alert.channel.email.SmtpConfig.Security;
import io.tracetide.runtime.config.Secret;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Maps {@code email_configs}, to which {@code global} gives its {@code smtp_} settings. */
final class EmailMapping implements ChannelMapping {
  private static final Pattern SMARTHOST =
      Pattern.compile("(?:\\[(?<v6>[0-9a-fA-F:.]+)\\]|(?<name>[^:\\[\\]]+)):(?<port>[0-9]{1,5})");

  /** Port at which a connection is encrypted from the first byte (RFC 8314). */
  private static final int IMPLICIT_TLS_PORT = 465;

  @Override
  public Optional<ChannelConfig> map(ChannelSettings settings) {
    String from = settings.text("from").orElse("");
    Optional<String> to = settings.text("to");
    if (settings.isTemplate("from") || settings.isTemplate("to")) {
      settings.notNotified("an address is a template");
      return Optional.empty();
    }
    String user = settings.text("auth_username").orElse("");
    Secret password = settings.secret("auth_password");
    if (!user.isEmpty()
        && !password.isPresent()
        && settings.hasAny("auth_secret", "auth_secret_file")) {
      settings.notNotified("authentication by CRAM-MD5, that of auth_secret, is not supported");
      return Optional.empty();
    }
    if (user.isEmpty() && password.isPresent()) {
      settings.limit("auth_password", "not sent, since there is no auth_username.");
      password = Secret.NONE;
    }
    Optional<SmtpConfig> smtp = smtp(settings, user, password);
    List<String> recipients = to.map(list -> addresses(settings, list)).orElse(List.of());
    if (smtp.isEmpty() || (to.isPresent() && recipients.isEmpty())) {
      return Optional.empty();
    }
    EmailConfig defaults = EmailConfig.defaults();
    return Optional.of(
        new EmailConfig(
            smtp.get(),
            from,
            recipients,
            List.of(),
            defaults.templates(),
            true,
            defaults.connectTimeout(),
            defaults.timeout()));
  }

  @Override
  public Map<String, String> keys() {
    return Map.of(
        "host", "smarthost",
        "port", "smarthost",
        "user", "auth_username",
        "password", "auth_password",
        "ca", "tls_config.ca_file");
  }

  /** The mail server; empty after a problem with its address. */
  private static Optional<SmtpConfig> smtp(ChannelSettings settings, String user, Secret password) {
    Matcher smarthost = SMARTHOST.matcher(settings.text("smarthost").orElse(""));
    String ca = certificates(settings);
    if (!smarthost.matches()) {
      settings.problem("smarthost", "host:port of a mail server, such as smtp.example.com:587");
      return Optional.empty();
    }
    String v6 = smarthost.group("v6");
    String host = v6 == null ? smarthost.group("name") : v6;
    int port = Integer.parseInt(smarthost.group("port"));
    Security security = security(settings, port, !user.isEmpty());
    return Optional.of(new SmtpConfig(host, port, security, user, password, ca));
  }

  private static Security security(ChannelSettings settings, int port, boolean authenticates) {
    boolean required = settings.flag("require_tls").orElse(true);
    boolean implicit = settings.flag("force_implicit_tls").orElse(port == IMPLICIT_TLS_PORT);
    if (implicit) {
      return Security.TLS;
    }
    if (!required && authenticates) {
      settings.limit(
          "require_tls", "STARTTLS is required, because a password is not sent in clear.");
      return Security.STARTTLS;
    }
    return required ? Security.STARTTLS : Security.NONE;
  }

  /** The file of the certificates with which that of the server is checked; empty for none. */
  private static String certificates(ChannelSettings settings) {
    ChannelSettings tls = settings.section("tls_config");
    String ca = tls.file("ca_file").orElse("");
    if (tls.flag("insecure_skip_verify").orElse(false)) {
      tls.limit("insecure_skip_verify", "the certificate of the server is always checked.");
    }
    tls.limitUnused();
    return ca;
  }

  private static List<String> addresses(ChannelSettings settings, String list) {
    try {
      return Arrays.stream(InternetAddress.parse(list, true))
          .map(InternetAddress::toUnicodeString)
          .toList();
    } catch (AddressException e) {
      settings.problem("to", "addresses such as name@example.com, separated by commas");
      return List.of();
    }
  }
}
