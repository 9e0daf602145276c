package io.tracetide.runtime.http.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.TlsKeyPair;
import io.tracetide.runtime.file.RegularFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads certificates and keys; problems are reported in one sentence. */
final class PemFiles {
  private static final int MOST_BYTES = 1 << 20;
  private static final byte[] PROBE = "a text that is signed and verified".getBytes(UTF_8);

  private PemFiles() {}

  /** The files are invalid; the message begins with the name of one. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    UnusableException(Path file, String problem) {
      super(file + ": " + problem);
      this.file = file;
    }

    Path file() {
      return file;
    }
  }

  static byte[] bytes(Path file) throws UnusableException {
    try {
      RegularFiles.check(file);
      if (Files.size(file) > MOST_BYTES) {
        throw new UnusableException(file, "it is larger than 1 MiB");
      }
      return Files.readAllBytes(file);
    } catch (RegularFiles.NotRegularException e) {
      throw new UnusableException(file, "it must be " + RegularFiles.EXPECTED);
    } catch (IOException e) {
      throw new UnusableException(file, "it cannot be read");
    }
  }

  static List<X509Certificate> certificates(Path file, byte[] pem) throws UnusableException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      Collection<?> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      found.forEach(one -> certificates.add((X509Certificate) one));
    } catch (GeneralSecurityException e) {
      throw new UnusableException(file, "it is not a certificate in PEM");
    }
    if (certificates.isEmpty()) {
      throw new UnusableException(file, "there is no certificate in it");
    }
    return certificates;
  }

  /** The pair, after checking that the key belongs to the first certificate. */
  static TlsKeyPair pair(Path certificateFile, byte[] certificate, Path keyFile, byte[] key)
      throws UnusableException {
    List<X509Certificate> chain = certificates(certificateFile, certificate);
    TlsKeyPair pair;
    try {
      pair = TlsKeyPair.of(new ByteArrayInputStream(key), new ByteArrayInputStream(certificate));
    } catch (IllegalArgumentException e) {
      throw new UnusableException(keyFile, "it is not a private key in PEM without a password");
    }
    if (!belong(pair.privateKey(), chain.get(0).getPublicKey())) {
      throw new UnusableException(keyFile, "it is not the key of " + certificateFile);
    }
    return TlsKeyPair.of(pair.privateKey(), chain);
  }

  private static boolean belong(PrivateKey key, PublicKey certified) {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    Optional<String> algorithm = signature(key);
    if (algorithm.isEmpty()) {
      return true;
    }
    try {
      Signature signing = Signature.getInstance(algorithm.get());
      signing.initSign(key);
      signing.update(PROBE);
      byte[] signed = signing.sign();
      Signature verifying = Signature.getInstance(algorithm.get());
      verifying.initVerify(certified);
      verifying.update(PROBE);
      return verifying.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Optional<String> signature(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> Optional.of("SHA256withRSA");
      case "EC" -> Optional.of("SHA256withECDSA");
      case "EdDSA" -> Optional.of("EdDSA");
      default -> Optional.empty();
    };
  }

  /**
   * Whether users other than the owner may read the file; false on file systems without
   * permissions.
   */
  static boolean isReadableToOthers(Path file) {
    try {
      Set<PosixFilePermission> rights = EnumSet.noneOf(PosixFilePermission.class);
      rights.addAll(Files.getPosixFilePermissions(file));
      return rights.contains(PosixFilePermission.GROUP_READ)
          || rights.contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
