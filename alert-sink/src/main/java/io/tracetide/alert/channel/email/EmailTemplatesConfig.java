package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.template.MessageTemplate;
import io.tracetide.runtime.config.Checks;

/**
 * Mustache templates in place of the built-in texts. An empty one leaves the built-in text.
 *
 * @param subject one line
 * @param text plain text
 * @param html body in HTML; values are escaped
 */
public record EmailTemplatesConfig(String subject, String text, String html) {

  public EmailTemplatesConfig {
    Checks checks = Checks.check();
    check(checks, "subject", subject);
    check(checks, "text", text);
    check(checks, "html", html);
    checks.done();
  }

  private static void check(Checks checks, String key, String template) {
    MessageTemplate.problem(template)
        .ifPresent(problem -> checks.that(false, key, template, "a template: " + problem));
  }

  public static EmailTemplatesConfig defaults() {
    return new EmailTemplatesConfig("", "", "");
  }
}
