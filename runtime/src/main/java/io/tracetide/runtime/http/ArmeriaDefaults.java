package io.tracetide.runtime.http;

import com.linecorp.armeria.common.FlagsProvider;
import com.linecorp.armeria.common.util.TlsEngineType;
import com.linecorp.armeria.common.util.TransportType;

/**
 * What Armeria runs on in our processes: the JDK's own sockets, TLS and resolver. No native library
 * is unpacked to a temporary directory, which may be read-only, not executable or of another
 * processor, and nothing is logged about trying. System properties still win.
 */
public final class ArmeriaDefaults implements FlagsProvider {
  @Override
  public int priority() {
    return 10;
  }

  @Override
  public TransportType transportType() {
    return TransportType.NIO;
  }

  @Override
  public TlsEngineType tlsEngineType() {
    return TlsEngineType.JDK;
  }

  @Override
  public Boolean useJdkDnsResolver() {
    return true;
  }

  /** A caller that was told to close has this long to do so before we do. */
  @Override
  public Long defaultHttp1ConnectionCloseDelayMillis() {
    return 250L;
  }
}
