package io.tracetide.standalone.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.runtime.kafka.audit.Chains;
import io.tracetide.runtime.kafka.audit.Verification;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.ChainHead;
import io.tracetide.schemas.audit.ChainLink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the chains and the checksum of an export of the trail. Reads it once, line by line, in
 * bounded memory.
 */
public final class ExportVerifier {

  private static final int LONGEST_LINE = 16 << 20;

  private final InputStream in;
  private final Chains chains;
  private final MessageDigest digest = AuditExport.sha256();
  private long records;
  private long links;
  private long bytes;
  private @Nullable String trouble;

  /** A line is not valid in an export. */
  private static final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLineException(String message) {
      super(message, null, false, false);
    }
  }

  private ExportVerifier(InputStream in, List<ChainHead> anchors) {
    this.in = in;
    this.chains = new Chains(anchors);
  }

  /**
   * Reads and verifies a file.
   *
   * @param anchors links that are known from before
   * @param progress receives the number of bytes read
   */
  public static Verification verify(InputStream in, List<ChainHead> anchors, LongConsumer progress)
      throws IOException {
    return new ExportVerifier(in, anchors).run(progress);
  }

  private Verification run(LongConsumer progress) throws IOException {
    // The last line has another format and is recognised only when no line follows.
    byte[] line = line();
    if (line.length == 0) {
      return new Verification(chains.end(), Optional.of("the file is empty: it is no export"));
    }
    long number = 0;
    for (byte[] next = line(); next.length > 0; next = line()) {
      digest.update(line);
      number++;
      try {
        take(line, number);
      } catch (BadLineException e) {
        trouble = trouble == null ? "line " + number + ": " + e.getMessage() : trouble;
      }
      line = next;
      progress.accept(bytes);
    }
    List<Verification.Partition> partitions = chains.end();
    if (trouble == null && partitions.stream().allMatch(each -> each.broken().isEmpty())) {
      List<ChainHead> heads =
          partitions.stream().flatMap(partition -> partition.head().stream()).toList();
      String end = AuditExport.end(records, links, heads, digest);
      if (!Arrays.equals(line, end.getBytes(StandardCharsets.UTF_8))) {
        trouble = "the bytes of the file are not those that its last line was made of";
      }
    }
    return new Verification(partitions, Optional.ofNullable(trouble));
  }

  /** The next line with its line end; empty after the last one. */
  private byte[] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    for (int b = in.read(); b >= 0; b = in.read()) {
      bytes++;
      line.write(b);
      if (b == '\n') {
        break;
      }
      if (line.size() > LONGEST_LINE) {
        trouble = "a line has more than " + LONGEST_LINE + " bytes";
        return new byte[0];
      }
    }
    return line.toByteArray();
  }

  private void take(byte[] line, long number) throws BadLineException {
    JsonNode json = json(line);
    if (number == 1) {
      if (!AuditExport.FORMAT.equals(json.path("format").asText())) {
        throw new BadLineException("not the beginning of an " + AuditExport.FORMAT);
      }
      return;
    }
    int partition = json.path("partition").asInt(-1);
    if (partition < 0) {
      throw new BadLineException("no record of a partition");
    }
    boolean leftOut = json.has("content");
    chains.of(partition).next(leftOut ? link(json) : ChainLink.of(record(json)));
    links++;
    records += leftOut ? 0 : 1;
  }

  private static JsonNode json(byte[] line) throws BadLineException {
    try {
      JsonNode json = AuditExport.JSON.readTree(line);
      if (!json.isObject()) {
        throw new BadLineException("not an object");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new BadLineException("not JSON");
    } catch (IOException e) {
      throw new BadLineException("not UTF-8");
    }
  }

  private static ChainLink link(JsonNode json) throws BadLineException {
    return new ChainLink(
        number(json, "sequence"),
        hash(json, "previousHash"),
        hash(json, "content"),
        hash(json, "hash"));
  }

  private static AuditRecord record(JsonNode json) throws BadLineException {
    Map<String, String> details = new HashMap<>();
    for (Map.Entry<String, JsonNode> detail : json.path("details").properties()) {
      details.put(detail.getKey(), detail.getValue().asText());
    }
    return new AuditRecord(
        text(json, "tenantId"),
        number(json, "sequence"),
        time(number(json, "timestampMicros")),
        text(json, "actor"),
        text(json, "action"),
        text(json, "subject"),
        details,
        ByteBuffer.wrap(hash(json, "previousHash")),
        ByteBuffer.wrap(hash(json, "hash")));
  }

  private static Instant time(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  private static String text(JsonNode json, String field) throws BadLineException {
    if (!json.path(field).isTextual()) {
      throw new BadLineException(field + " is missing");
    }
    return json.path(field).asText();
  }

  private static long number(JsonNode json, String field) throws BadLineException {
    if (!json.path(field).canConvertToLong() || !json.path(field).isIntegralNumber()) {
      throw new BadLineException(field + " is missing");
    }
    return json.path(field).asLong();
  }

  private static byte[] hash(JsonNode json, String field) throws BadLineException {
    try {
      return HexFormat.of().parseHex(text(json, field));
    } catch (IllegalArgumentException e) {
      throw new BadLineException(field + " is not hexadecimal");
    }
  }
}
