package io.tracetide.alert.channel.alertmanager;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Credentials of HTTP basic authentication.
 *
 * @param username empty for none
 * @param password of the user
 */
public record BasicAuthConfig(String username, Secret password) {

  public BasicAuthConfig {
    Checks.check()
        .that(
            username.indexOf(':') < 0 && username.chars().noneMatch(Character::isISOControl),
            "username",
            username,
            "a name without colon and control characters")
        .that(
            !username.isEmpty() || !password.isPresent(),
            "username",
            username,
            "a name, because there is a password")
        .done();
  }

  public static BasicAuthConfig defaults() {
    return new BasicAuthConfig("", Secret.NONE);
  }

  /** Value of the header {@code Authorization}. */
  String header() {
    String credentials = username + ":" + password.reveal();
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }
}
