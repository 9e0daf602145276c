package io.tracetide.alert.channel.email;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A socket that a limited number of bytes can be read from. Jakarta Mail limits neither the length
 * of a line nor the number of lines of a reply, and keeps all of a reply in memory.
 *
 * <p>TLS over this socket is limited too: what is counted is what the connection transmits.
 */
final class BoundedSocket extends Socket {
  private final long limit;
  private final AtomicLong read = new AtomicLong();

  /**
   * A socket that is not connected.
   *
   * @param limit bytes that can be read
   */
  BoundedSocket(long limit) {
    this.limit = limit;
  }

  /** Whether the other side has sent more bytes than the limit. */
  boolean isExceeded() {
    return read.get() > limit;
  }

  /** A stream whose methods fail with an {@code IOException} when the limit is exceeded. */
  @Override
  public InputStream getInputStream() throws IOException {
    return new Counted(super.getInputStream());
  }

  /** Adds bytes that were read by any of the streams. */
  private void count(int bytes) throws IOException {
    if (bytes > 0 && read.addAndGet(bytes) > limit) {
      throw new IOException("the mail server has sent more than " + limit + " bytes");
    }
  }

  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int next = in.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, length);
      count(n);
      return n;
    }
  }
}
