package io.tracetide.alert.channel.email;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate of a mail server, signed by itself. */
final class TestCertificates {
  static final String PASSWORD = "changeit";

  private final KeyStore keys;
  private final X509Certificate certificate;

  private TestCertificates(String host) throws Exception {
    TlsKeyPair pair = TlsKeyPair.ofSelfSigned(host);
    certificate = pair.certificateChain().get(0);
    keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "server",
        pair.privateKey(),
        PASSWORD.toCharArray(),
        pair.certificateChain().toArray(X509Certificate[]::new));
  }

  static TestCertificates of(String host) {
    try {
      return new TestCertificates(host);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** TLS of the server. */
  SSLContext server() throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** A file with the certificate, for clients that trust it. */
  Path pem(Path directory) throws Exception {
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    return Files.writeString(Files.createTempFile(directory, "ca", ".pem"), pem);
  }

  /** A key store for a server that reads one. */
  Path keyStore(Path directory) throws Exception {
    Path file = directory.resolve("server.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      keys.store(out, PASSWORD.toCharArray());
    }
    return file;
  }
}
