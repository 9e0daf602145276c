package io.tracetide.detection;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Saved values as bytes, which begin with a version. */
public final class SavedBytes {
  private static final byte FORMAT = 1;

  /** Writes a value. */
  public interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads a value. */
  public interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private SavedBytes() {}

  /** The bytes of a value. */
  public static byte[] of(Writer value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(FORMAT);
      value.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads all of the bytes.
   *
   * @throws IllegalArgumentException if they are not a value of this version
   */
  public static <T> T read(byte[] saved, Reader<T> reader) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved))) {
      int format = in.readByte();
      if (format != FORMAT) {
        throw new IllegalArgumentException(
            "the state has format %d, and only %d can be read".formatted(format, FORMAT));
      }
      T value = reader.read(in);
      if (in.read() >= 0) {
        throw new IllegalArgumentException("the state is followed by other bytes");
      }
      return value;
    } catch (IOException e) {
      throw new IllegalArgumentException("the state is cut off or damaged: " + e.getMessage(), e);
    }
  }
}
