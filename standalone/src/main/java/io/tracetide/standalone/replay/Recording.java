package io.tracetide.standalone.replay;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Work that was recorded earlier, in the order in which it ended. */
public sealed interface Recording permits SpanTable, OtlpLines {

  /** How many spans it holds. */
  long spans();

  /** When its last span ended, in milliseconds since the epoch, rounded up. */
  long lastEndMs();

  /**
   * Hands out everything in it, in batches.
   *
   * @param shiftMs added to every time
   * @param salt mixed into every id
   * @param batchSize spans of a batch, about
   */
  void forEachBatch(long shiftMs, IdSalt salt, int batchSize, BatchConsumer consumer)
      throws IOException, InterruptedException;

  /** Takes batches, in order; may block. */
  interface BatchConsumer {
    void accept(Batch batch) throws InterruptedException;
  }

  /**
   * Opens a recording: a span table in CSV, or lines of OTLP/JSON; either may be compressed with
   * gzip. Its first bytes tell.
   *
   * @throws MalformedRecordingException when it is neither, with the line that is wrong
   */
  static Recording open(Path file) throws IOException {
    try (BufferedReader reader = reader(file)) {
      reader.mark(1);
      int first = reader.read();
      reader.reset();
      return first == '{' ? OtlpLines.scan(file, reader) : SpanTable.read(file, reader);
    }
  }

  /** Text of the file, inflated when it is compressed. */
  static BufferedReader reader(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return new BufferedReader(
        new InputStreamReader(gzip ? new GZIPInputStream(in, 1 << 16) : in, StandardCharsets.UTF_8),
        1 << 16);
  }
}
