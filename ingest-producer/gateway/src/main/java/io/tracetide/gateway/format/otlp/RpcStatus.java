package io.tracetide.gateway.format.otlp;

import com.google.protobuf.CodedOutputStream;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code google.rpc.Status}, the body of every OTLP error. */
final class RpcStatus {

  private static final int CODE = 1;
  private static final int MESSAGE = 2;

  private RpcStatus() {}

  static byte[] protobuf(RequestRefusal refusal, String detail) {
    int code = RpcCode.of(refusal);
    byte[] status =
        new byte
            [CodedOutputStream.computeInt32Size(CODE, code)
                + CodedOutputStream.computeStringSize(MESSAGE, detail)];
    CodedOutputStream out = CodedOutputStream.newInstance(status);
    try {
      out.writeInt32(CODE, code);
      out.writeString(MESSAGE, detail);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size does not overflow", e);
    }
    return status;
  }

  static Map<String, Object> json(RequestRefusal refusal, String detail) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("code", RpcCode.of(refusal));
    status.put("message", detail);
    return status;
  }
}
