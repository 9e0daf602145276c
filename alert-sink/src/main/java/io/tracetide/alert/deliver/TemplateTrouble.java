package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.TemplateFailures;

/** The last failure of a template of a channel. */
final class TemplateTrouble implements TemplateFailures {
  private final Runnable count;
  private volatile String last = "";

  /**
   * Without a failure.
   *
   * @param count is run at each failure
   */
  TemplateTrouble(Runnable count) {
    this.count = count;
  }

  @Override
  public void report(String template, String reason) {
    last = template + ": " + reason;
    count.run();
  }

  /** Empty if none has failed. */
  String last() {
    return last;
  }
}
