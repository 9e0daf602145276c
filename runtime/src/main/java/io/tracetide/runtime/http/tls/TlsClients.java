package io.tracetide.runtime.http.tls;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.http.tls.PemFiles.UnusableException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS for clients of the JDK. */
public final class TlsClients {

  /** Accepts only a listener with exactly the certificate of this process. */
  private static final class OnlyItself extends X509ExtendedTrustManager {
    private final TlsFiles files;

    OnlyItself(TlsFiles files) {
      this.files = files;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      files.reload();
      if (chain.length == 0 || !chain[0].equals(files.ownCertificate())) {
        throw new CertificateException("not the certificate that is configured");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("for clients only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("for clients only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("for clients only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private TlsClients() {}

  /**
   * Trusts only certificates that were signed by the given ones.
   *
   * @param certificates in PEM
   * @throws io.tracetide.runtime.config.InvalidConfig when they cannot be used
   */
  public static SSLContext trusting(Path certificates) {
    try {
      Trust trust = new Trust(PemFiles.certificates(certificates, PemFiles.bytes(certificates)));
      return context(new KeyManager[0], trust);
    } catch (UnusableException e) {
      Checks.check()
          .that(false, "trust", certificates, "certificates in PEM, but " + e.getMessage())
          .done();
      throw new IllegalStateException("a problem is reported", e);
    }
  }

  /**
   * Connects to a listener of this machine with this configuration, whatever the host name in its
   * certificate, and presents that certificate when the listener requests one.
   */
  public static SSLContext itself(TlsConfig config) {
    TlsFiles files = TlsFiles.read(config, Optional.empty());
    return context(new KeyManager[] {files.identity()}, new OnlyItself(files));
  }

  private static SSLContext context(KeyManager[] keys, TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }
}
