package io.tracetide.processor.incident;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Calls of a tenant that were seen in traces. */
public record CallReport(String tenant, List<Call> calls) {

  /** First byte of the binary form; no record in the same topic begins with it. */
  private static final byte MARK = (byte) 0xca;

  private static final byte FORMAT = 1;

  public CallReport {
    calls = List.copyOf(calls);
  }

  /** Whether the bytes are the binary form of a report. */
  public static boolean isEncoded(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == MARK;
  }

  /** Binary form. It begins with a mark and a version. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.put(MARK);
    out.put(FORMAT);
    out.putText(tenant);
    out.putVarint(calls.size());
    for (Call call : calls) {
      putOperation(out, call.caller());
      putOperation(out, call.callee());
    }
    return out.toByteArray();
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException when the bytes are not a report
   */
  public static CallReport decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (in.get() != MARK || in.get() != FORMAT) {
        throw new IllegalArgumentException("not a report of calls, or of another version");
      }
      String tenant = Varint.readText(in);
      int size = Varint.readLength(in);
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        calls.add(new Call(operation(in), operation(in)));
      }
      return new CallReport(tenant, calls);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the report of calls is cut short", e);
    }
  }

  private static void putOperation(ByteWriter out, TracedOperation operation) {
    out.putText(operation.service());
    out.putText(operation.operation());
  }

  private static TracedOperation operation(ByteBuffer in) {
    return new TracedOperation(Varint.readText(in), Varint.readText(in));
  }
}
