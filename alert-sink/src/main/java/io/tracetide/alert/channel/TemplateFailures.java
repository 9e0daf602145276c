package io.tracetide.alert.channel;

/** Is notified when a template of the operator fails and the built-in text is sent in its place. */
@FunctionalInterface
public interface TemplateFailures {

  /**
   * Reports a failure.
   *
   * @param template which template, for example {@code subject}
   * @param reason why it failed, without data of alerts
   */
  void report(String template, String reason);
}
