package io.tracetide.processor.exposition.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.Varint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The fields of a message in the wire format of protobuf, by number. */
final class ProtoFields {
  private final Map<Integer, List<Object>> fields = new TreeMap<>();

  ProtoFields(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = Varint.read(in);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> Varint.read(in);
            case 1 -> in.getDouble();
            case 2 -> bytes(in);
            default -> throw new AssertionError("wire type of tag " + tag);
          };
      fields.computeIfAbsent((int) (tag >> 3), number -> new ArrayList<>()).add(value);
    }
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[Varint.readLength(in)];
    in.get(bytes);
    return bytes;
  }

  private List<Object> all(int field) {
    return fields.getOrDefault(field, List.of());
  }

  List<ProtoFields> messages(int field) {
    return all(field).stream().map(value -> new ProtoFields((byte[]) value)).toList();
  }

  List<String> texts(int field) {
    return all(field).stream().map(value -> new String((byte[]) value, UTF_8)).toList();
  }

  double real(int field) {
    return all(field).isEmpty() ? 0 : (double) all(field).get(0);
  }

  long number(int field) {
    return all(field).isEmpty() ? 0 : (long) all(field).get(0);
  }

  List<Integer> packed(int field) {
    List<Integer> values = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap((byte[]) all(field).get(0));
    while (in.hasRemaining()) {
      values.add((int) Varint.read(in));
    }
    return values;
  }
}
