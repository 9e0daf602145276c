package io.tracetide.runtime.http;

import com.linecorp.armeria.common.FlagsProvider;
import com.linecorp.armeria.common.util.TlsEngineType;
import com.linecorp.armeria.common.util.TransportType;

/**
 * Defaults of Armeria in Tracetide's processes: the JDK's own sockets, TLS and resolver. No native
 * library is unpacked to a temporary directory, which may be read-only or not executable. Path
 * parameters may contain any text. System properties have precedence.
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

  /** A name in a request may contain {@code ../}; no parameter is ever used as a path. */
  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }

  /** Time for a client to close its connection before the server does. */
  @Override
  public Long defaultHttp1ConnectionCloseDelayMillis() {
    return 250L;
  }
}
