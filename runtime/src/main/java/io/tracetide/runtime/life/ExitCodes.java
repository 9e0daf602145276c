package io.tracetide.runtime.life;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.InvalidConfig;

/** Exit codes, by which scripts and supervisors distinguish causes. */
public final class ExitCodes {
  public static final int OK = 0;

  /** A defect of Tracetide. */
  public static final int FAILURE = 1;

  /** The configuration or the command line is invalid: another start fails, too. */
  public static final int CONFIGURATION = 2;

  /** The machine or a peer is not ready: a later start may succeed. */
  public static final int ENVIRONMENT = 3;

  private ExitCodes() {}

  /** The code for the exception that ended a start. */
  public static int of(Throwable cause) {
    if (cause instanceof ConfigException || cause instanceof InvalidConfig) {
      return CONFIGURATION;
    }
    return cause instanceof EnvironmentException ? ENVIRONMENT : FAILURE;
  }
}
