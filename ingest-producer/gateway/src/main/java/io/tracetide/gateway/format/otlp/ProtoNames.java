package io.tracetide.gateway.format.otlp;

/** Names of fields in Protobuf's JSON mapping. */
final class ProtoNames {

  private ProtoNames() {}

  /**
   * A name in lowerCamelCase; one as a {@code .proto} file has it, {@code start_time_unix_nano}, is
   * the same field.
   */
  static String camelCase(String name) {
    int underscore = name.indexOf('_');
    return underscore < 0 ? name : joined(name, underscore);
  }

  private static String joined(String name, int underscore) {
    StringBuilder joined = new StringBuilder(name.length()).append(name, 0, underscore);
    boolean upper = false;
    for (int i = underscore; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        joined.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return joined.toString();
  }
}
