package io.tracetide.runtime.life;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.InvalidConfig;

/** What a process exits with, so that scripts and supervisors can tell the causes apart. */
public final class ExitCodes {
  public static final int OK = 0;

  /** A fault of ours. */
  public static final int FAILURE = 1;

  /** The configuration or the command line is wrong: starting again changes nothing. */
  public static final int CONFIGURATION = 2;

  /** The machine or a peer is not ready: starting again later may help. */
  public static final int ENVIRONMENT = 3;

  private ExitCodes() {}

  /** The code for what ended a start. */
  public static int of(Throwable cause) {
    if (cause instanceof ConfigException || cause instanceof InvalidConfig) {
      return CONFIGURATION;
    }
    return cause instanceof EnvironmentException ? ENVIRONMENT : FAILURE;
  }
}
