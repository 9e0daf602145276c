package io.tracetide.runtime.http.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/**
 * A certificate authority for tests: X.509 version 3 with keys on P-256, written down in DER by
 * hand, since no library here makes them with any validity that one likes.
 */
public final class TestCertificates {
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
  private static final byte[] COMMON_NAME = oid(0x55, 4, 3);
  private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
  private static final byte[] ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);
  private static final byte[] TRUE = tagged(0x01, new byte[] {-1});

  private final String name;
  private final KeyPair keys;
  private final byte[] certificate;

  /** An authority of that name, which signs itself. */
  public TestCertificates(String name) {
    this.name = name;
    this.keys = newKeys();
    Instant now = Instant.now();
    this.certificate =
        certificate(
            name, keys, now.minus(Duration.ofHours(1)), now.plus(Duration.ofHours(1)), true);
  }

  /** A certificate and its key, as they are configured. */
  public record Issued(Path certificate, Path key) {}

  /** Issues a certificate for localhost and 127.0.0.1 that is valid until then. */
  public Issued issue(Path directory, String file, Instant until) throws IOException {
    KeyPair own = newKeys();
    byte[] issued = certificate(file, own, until.minus(Duration.ofDays(2)), until, false);
    Path certificateFile =
        Files.writeString(directory.resolve(file + ".pem"), pem("CERTIFICATE", issued));
    Path key = directory.resolve(file + ".key");
    Files.writeString(key, pem("PRIVATE KEY", own.getPrivate().getEncoded()));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return new Issued(certificateFile, key);
  }

  /** The authority's own certificate. */
  public Path write(Path directory) throws IOException {
    return Files.writeString(directory.resolve(name + ".pem"), pem("CERTIFICATE", certificate));
  }

  private byte[] certificate(
      String subject, KeyPair of, Instant from, Instant until, boolean authority) {
    byte[] extensions =
        authority
            ? sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE)))
            : sequence(
                ALTERNATIVE_NAME,
                octets(
                    sequence(
                        tagged(0x82, "localhost".getBytes(US_ASCII)),
                        tagged(0x87, new byte[] {127, 0, 0, 1}))));
    byte[] toSign =
        sequence(
            tagged(0xa0, integer(BigInteger.TWO)),
            integer(new BigInteger(64, new SecureRandom()).add(BigInteger.ONE)),
            ECDSA_SHA256,
            distinguished(name),
            sequence(time(from), time(until)),
            distinguished(subject),
            of.getPublic().getEncoded(),
            tagged(0xa3, sequence(extensions)));
    return sequence(toSign, ECDSA_SHA256, bits(sign(toSign, keys.getPrivate())));
  }

  private static byte[] sign(byte[] bytes, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(bytes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(der), type);
  }

  private static byte[] distinguished(String commonName) {
    byte[] name = sequence(COMMON_NAME, tagged(0x0c, commonName.getBytes(UTF_8)));
    return sequence(tagged(0x31, name));
  }

  private static byte[] time(Instant at) {
    return tagged(0x18, GENERALIZED.format(at).getBytes(US_ASCII));
  }

  private static byte[] integer(BigInteger value) {
    return tagged(0x02, value.toByteArray());
  }

  private static byte[] octets(byte[] bytes) {
    return tagged(0x04, bytes);
  }

  private static byte[] bits(byte[] bytes) {
    byte[] all = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, all, 1, bytes.length);
    return tagged(0x03, all);
  }

  private static byte[] oid(int... bytes) {
    byte[] encoded = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      encoded[i] = (byte) bytes[i];
    }
    return tagged(0x06, encoded);
  }

  private static byte[] sequence(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return tagged(0x30, all.toByteArray());
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      out.write(tag);
      if (content.length < 128) {
        out.write(content.length);
      } else {
        byte[] length = BigInteger.valueOf(content.length).toByteArray();
        int from = length[0] == 0 ? 1 : 0;
        out.write(0x80 | length.length - from);
        out.write(length, from, length.length - from);
      }
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
