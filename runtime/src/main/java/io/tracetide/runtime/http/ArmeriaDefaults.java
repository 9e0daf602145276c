package io.tracetide.runtime.http;

import com.linecorp.armeria.common.FlagsProvider;
import com.linecorp.armeria.common.util.TlsEngineType;
import com.linecorp.armeria.common.util.TransportType;

/**
 * What Armeria runs on in our processes: the JDK's own sockets, TLS and resolver. No native library
 * is unpacked to a temporary directory, which may be read-only, not executable or of another
 * processor, and nothing is logged about trying. Parameters may hold any text. System properties
 * still win.
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

  /** A name that is asked for may hold {@code ../}; no parameter of ours is ever part of a path. */
  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }

  /** A caller that was told to close has this long to do so before we do. */
  @Override
  public Long defaultHttp1ConnectionCloseDelayMillis() {
    return 250L;
  }
}
