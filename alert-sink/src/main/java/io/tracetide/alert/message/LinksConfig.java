package io.tracetide.alert.message;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Links of messages. In the templates {@code {name}} stands for a value, which is encoded for URLs.
 * An empty text leaves the links out.
 *
 * @param externalUrl where people reach the API of the sink, for links to silence and acknowledge
 * @param dashboardUrl template of the dashboard, with {@code {tenant}}, {@code {from}} and {@code
 *     {to}} in milliseconds since 1970, and group labels
 * @param traceUrl template of the page of a trace, with {@code {traceId}} and {@code {tenant}}
 * @param runbookUrl template of runbooks of alerts without annotation {@code runbook_url}, with
 *     {@code {alertname}} and other labels
 * @param signingKey key of the links to silence and acknowledge; without it there are none
 * @param validFor how long these links are valid after the decision
 */
public record LinksConfig(
    String externalUrl,
    String dashboardUrl,
    String traceUrl,
    String runbookUrl,
    Secret signingKey,
    Duration validFor) {
  private static final int KEY_BYTES = 32;
  private static final String ADDRESS =
      "an http:// or https:// address without user and password, with {name} after its host only";

  public LinksConfig {
    Checks.check()
        .that(
            externalUrl.isEmpty()
                || (UrlTemplate.isValid(externalUrl) && externalUrl.matches("[^{?#]+")),
            "externalUrl",
            externalUrl,
            "an http:// or https:// address without user, password, query and {name}")
        .that(
            dashboardUrl.isEmpty() || UrlTemplate.isValid(dashboardUrl),
            "dashboardUrl",
            dashboardUrl,
            ADDRESS)
        .that(
            traceUrl.isEmpty() || (UrlTemplate.isValid(traceUrl) && traceUrl.contains("{traceId}")),
            "traceUrl",
            traceUrl,
            ADDRESS + ", and with {traceId}")
        .that(
            runbookUrl.isEmpty() || UrlTemplate.isValid(runbookUrl),
            "runbookUrl",
            runbookUrl,
            ADDRESS)
        .that(
            !signingKey.isPresent()
                || signingKey.reveal().getBytes(StandardCharsets.UTF_8).length >= KEY_BYTES,
            "signingKey",
            "",
            "at least " + KEY_BYTES + " bytes, for example of 'openssl rand -base64 48'")
        .range("validFor", validFor, Duration.ofMinutes(1), Duration.ofDays(30))
        .done();
  }

  public static LinksConfig defaults() {
    return new LinksConfig("", "", "", "", Secret.NONE, Duration.ofHours(24));
  }

  /** Signs and verifies links to silence and acknowledge; empty if they are not configured. */
  public Optional<ActionSigner> signer() {
    return externalUrl.isEmpty() || !signingKey.isPresent()
        ? Optional.empty()
        : Optional.of(new ActionSigner(signingKey));
  }
}
