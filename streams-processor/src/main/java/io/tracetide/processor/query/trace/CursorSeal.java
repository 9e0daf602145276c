package io.tracetide.processor.query.trace;

import io.tracetide.runtime.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and authenticates cursors with AES-GCM. The key is derived from the token of the
 * instances, so that each of them can open the cursors of the others; without a token the key is
 * random and cursors are valid until the instance stops. Thread-safe.
 */
public final class CursorSeal {
  private static final int KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String CIPHER = "AES/GCM/NoPadding";

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;

  private CursorSeal(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
  }

  public static CursorSeal of(Secret shared) {
    byte[] key = new byte[KEY_BYTES];
    if (shared.isPresent()) {
      key = Arrays.copyOf(derived(shared), KEY_BYTES);
    } else {
      new SecureRandom().nextBytes(key);
    }
    return new CursorSeal(key);
  }

  private static byte[] derived(Secret shared) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(shared.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal("cursors of traces".getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** The content, sealed with a new nonce. */
  public byte[] close(byte[] plain) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
      byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
      return all;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + CIPHER, e);
    }
  }

  /**
   * The content of a sealed cursor.
   *
   * @throws IllegalArgumentException when it was not sealed with this key, or was changed
   */
  public byte[] open(byte[] sealed) {
    // Without a whole tag the cipher throws an exception of another type.
    if (sealed.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      throw new IllegalArgumentException("too short");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE_BYTES))
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not sealed with this key", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }
}
