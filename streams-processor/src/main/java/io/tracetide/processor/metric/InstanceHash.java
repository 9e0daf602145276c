package io.tracetide.processor.metric;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Computes ids of instances from their identifying names and tags. Not thread-safe. */
public final class InstanceHash {

  private final MessageDigest digest;

  public InstanceHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Id of the instance that the first {@code length} bytes identify. */
  public InstanceId of(byte[] names, int length) {
    digest.update(names, 0, length);
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new InstanceId(hash.getLong(), hash.getLong());
  }
}
