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

/** Recorded spans in the order of their ends. */
public sealed interface Recording permits SpanTable, OtlpLines {

  /** Number of spans. */
  long spans();

  /** End of the last span, in milliseconds since the epoch, rounded up. */
  long lastEndMs();

  /**
   * Passes all spans to the consumer, in batches.
   *
   * @param shiftMs added to every time
   * @param salt mixed into every id
   * @param batchSize approximate number of spans in a batch
   */
  void forEachBatch(long shiftMs, IdSalt salt, int batchSize, BatchConsumer consumer)
      throws IOException, InterruptedException;

  /** Receives batches, in order; may block. */
  interface BatchConsumer {
    void accept(Batch batch) throws InterruptedException;
  }

  /**
   * Opens a recording: a span table in CSV, or lines of OTLP/JSON; either may be compressed with
   * gzip. The format is detected from the first bytes.
   *
   * @throws MalformedRecordingException when it is neither, with the invalid line
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
