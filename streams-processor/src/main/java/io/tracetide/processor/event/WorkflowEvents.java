package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;

/** Types of events in a span that several modules understand. */
final class WorkflowEvents {

  private static final byte[][] KNOWN =
      List.of("context_lifecycle", "plan_execution", "approval_workflow", "trace_milestone")
          .stream()
          .map(type -> type.getBytes(UTF_8))
          .toArray(byte[][]::new);

  private WorkflowEvents() {}

  static boolean isKnown(byte[] bytes, int start, int length) {
    for (byte[] known : KNOWN) {
      if (known.length == length && Arrays.equals(known, 0, length, bytes, start, start + length)) {
        return true;
      }
    }
    return false;
  }
}
