package io.tracetide.runtime.http.tls;

import io.tracetide.runtime.config.Checks;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The certificate of a listener and the certificates required of clients; TLS 1.2 and newer.
 *
 * @param certificate the chain in PEM, the listener's own first
 * @param key its private key in PEM, not encrypted
 * @param clientCa certificates in PEM, one of which must have signed the client's; empty when
 *     clients need none
 */
public record TlsConfig(Optional<Path> certificate, Optional<Path> key, Optional<Path> clientCa) {
  public static final TlsConfig NONE =
      new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty());

  public TlsConfig {
    Checks.check()
        .that(
            certificate.isPresent() || (key.isEmpty() && clientCa.isEmpty()),
            "certificate",
            "",
            "a PEM file, because key or clientCa is given")
        .that(
            key.isPresent() || certificate.isEmpty(),
            "key",
            "",
            "a PEM file, because certificate is given")
        .done();
  }

  public boolean isPresent() {
    return certificate.isPresent() && key.isPresent();
  }
}
