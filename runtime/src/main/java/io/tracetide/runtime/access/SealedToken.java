package io.tracetide.runtime.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The token of a session, encrypted with the id of the session. The server stores ids by their hash
 * only, so the token can be read while a request with the id is served, and neither from a copy of
 * the memory nor after the session.
 */
final class SealedToken {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String PURPOSE = "token of session ";
  private static final int TAG_BITS = 128;

  /** A key encrypts one text only, so its nonce may be constant. */
  private static final byte[] NONCE = new byte[12];

  private SealedToken() {}

  /** Encrypts the token of a new session. */
  static byte[] seal(String sessionId, String token) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, sessionId).doFinal(token.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES in GCM", e);
    }
  }

  /** The token; empty when the bytes were sealed with another id. */
  static Optional<Token> open(String sessionId, byte[] sealed) {
    try {
      byte[] text = cipher(Cipher.DECRYPT_MODE, sessionId).doFinal(sealed);
      return Token.parse(new String(text, UTF_8));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static Cipher cipher(int mode, String sessionId) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    byte[] key = Token.sha256(PURPOSE + sessionId);
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, NONCE));
    return cipher;
  }
}
