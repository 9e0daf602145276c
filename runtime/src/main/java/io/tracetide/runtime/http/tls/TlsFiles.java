package io.tracetide.runtime.http.tls;

import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.ServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.http.tls.PemFiles.UnusableException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate, the key and the trusted certificates of a listener, or of a client that shows
 * the listener's certificate. The files are compared by content, so that every replacement is
 * noticed, and used only when the key belongs to the certificate: until then, the files that were
 * read last stay in use.
 */
public final class TlsFiles {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

  /** A resumed session presents no certificate, so its lifetime is limited. */
  private static final Duration SESSION = Duration.ofMinutes(5);

  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  @SuppressWarnings("ArrayRecordComponent") // Compared below, by content.
  private record Contents(byte[] certificate, byte[] key, byte[] trusted) {
    boolean isSameAs(Contents other) {
      return Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key)
          && Arrays.equals(trusted, other.trusted);
    }
  }

  private final Path certificate;
  private final Path key;
  private final Optional<Path> trusted;
  private final Identity identity;
  private final @Nullable Trust trust;
  private Contents contents;
  private String complaint = "";

  private TlsFiles(Path certificate, Path key, Optional<Path> trusted) throws UnusableException {
    this.certificate = certificate;
    this.key = key;
    this.trusted = trusted;
    this.contents = read();
    this.identity = new Identity(pair(contents));
    this.trust = trusted.isPresent() ? new Trust(anchors(trusted.get(), contents)) : null;
  }

  /**
   * Reads the files.
   *
   * @param trusted certificates that the peer must have or be signed by; empty for the platform's
   * @throws io.tracetide.runtime.config.InvalidConfig when they cannot be used
   */
  public static TlsFiles read(TlsConfig config, Optional<Path> trusted) {
    if (!config.isPresent()) {
      throw new IllegalArgumentException("no certificate is configured");
    }
    Path key = config.key().orElseThrow();
    if (PemFiles.isReadableToOthers(key)) {
      log.warn("private key readable to others: chmod 600 it key={}", key);
    }
    try {
      return new TlsFiles(config.certificate().orElseThrow(), key, trusted);
    } catch (UnusableException e) {
      Checks.check()
          .that(false, "tls", e.file(), "PEM files that can be used, but " + e.getMessage())
          .done();
      throw new IllegalStateException("a problem is reported", e);
    }
  }

  /** Reads the files again and uses what has changed; true when something has. */
  public synchronized boolean reload() {
    try {
      Contents now = read();
      if (now.isSameAs(contents)) {
        complaint = "";
        return false;
      }
      TlsKeyPair pair = pair(now);
      if (trust != null && trusted.isPresent()) {
        trust.replace(anchors(trusted.get(), now));
      }
      identity.replace(pair);
      contents = now;
      complaint = "";
      log.info("certificate reloaded file={} expires={}", certificate, expires());
      return true;
    } catch (UnusableException e) {
      String text = String.valueOf(e.getMessage());
      if (!text.equals(complaint)) {
        complaint = text;
        log.warn("certificate not reloaded, the previous one stays in use cause=\"{}\"", text);
      }
      return false;
    }
  }

  /** Expiry of the certificate in use. */
  public Instant expires() {
    return identity.current().certificateChain().get(0).getNotAfter().toInstant();
  }

  /** The certificate in use, without its issuers. */
  public X509Certificate ownCertificate() {
    return identity.current().certificateChain().get(0);
  }

  Identity identity() {
    return identity;
  }

  /**
   * Configures a server to present the certificate, and to request those of clients when some are
   * trusted.
   */
  public void secure(ServerBuilder server) {
    server
        .tls(identity.current())
        .tlsCustomizer(
            tls -> {
              common(tls);
              if (trust != null) {
                tls.trustManager(trust).clientAuth(ClientAuth.REQUIRE);
              }
            });
  }

  /** Configures a client to present the certificate on request. */
  public void secure(ClientFactoryBuilder client) {
    client.tlsCustomizer(
        tls -> {
          common(tls);
          if (trust != null) {
            tls.trustManager(trust);
          }
        });
  }

  private void common(SslContextBuilder tls) {
    tls.keyManager(identity).protocols(VERSIONS).sessionTimeout(SESSION.toSeconds());
  }

  private Contents read() throws UnusableException {
    return new Contents(
        PemFiles.bytes(certificate),
        PemFiles.bytes(key),
        trusted.isPresent() ? PemFiles.bytes(trusted.get()) : new byte[0]);
  }

  private TlsKeyPair pair(Contents of) throws UnusableException {
    return PemFiles.pair(certificate, of.certificate(), key, of.key());
  }

  private static List<X509Certificate> anchors(Path file, Contents of) throws UnusableException {
    return PemFiles.certificates(file, of.trusted());
  }
}
