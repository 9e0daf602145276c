package io.tracetide.alert.channel.email;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.runtime.config.Secret;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The mail server.
 *
 * @param host its name or address
 * @param port its port: usually 587, and 465 with {@code security: tls}
 * @param security how the connection is encrypted
 * @param user for authentication; empty for none
 * @param password of the user
 * @param ca file of the certificates that must have signed that of the server, in PEM; empty for
 *     those of the Java installation
 */
public record SmtpConfig(
    @Required String host, int port, Security security, String user, Secret password, String ca) {

  /** Encryption of the connection. The certificate and the host name in it are always checked. */
  public enum Security {
    /** Encrypted by the command STARTTLS, and refused when the server does not offer it. */
    STARTTLS,
    /** Encrypted from the first byte. */
    TLS,
    /** In clear, for a mail server on this machine or a protected network. */
    NONE
  }

  public SmtpConfig {
    Checks.check()
        .that(
            host.matches("[A-Za-z0-9:._-]{1,253}"),
            "host",
            host,
            "the name or address of a mail server")
        .range("port", port, 1, 65_535)
        .that(
            user.chars().noneMatch(Character::isISOControl),
            "user",
            user,
            "a name without control characters")
        .that(
            user.isEmpty() == !password.isPresent(),
            "password",
            "",
            "a password with a user, and none without")
        .that(
            user.isEmpty() || security != Security.NONE,
            "security",
            "none",
            "starttls or tls, because a password is not sent in clear")
        .that(ca.isEmpty() || isReadable(ca), "ca", ca, "a readable file of certificates in PEM")
        .done();
  }

  public static SmtpConfig defaults() {
    return at("localhost", 587);
  }

  /** The defaults with this server. */
  public static SmtpConfig at(String host, int port) {
    return new SmtpConfig(host, port, Security.STARTTLS, "", Secret.NONE, "");
  }

  private static boolean isReadable(String file) {
    try {
      return Files.isReadable(Path.of(file));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
