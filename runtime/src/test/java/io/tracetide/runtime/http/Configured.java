package io.tracetide.runtime.http;

import io.tracetide.runtime.config.ConfigReader;
import java.util.Map;

/** Listeners as a configuration file has them. */
public final class Configured {
  record Root(ListenerConfig listener) {}

  private Configured() {}

  /** On any free port, with these keys besides. */
  public static ListenerConfig listener(String keys) {
    return ConfigReader.parse(
            "listener: {" + keys + "}", new Root(ListenerConfig.onPort(0)), Map.of())
        .listener();
  }
}
