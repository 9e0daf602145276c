package io.tracetide.alert.topology;

import io.tracetide.schemas.AlertInput;
import java.util.List;

/** Accepts inputs of the decision. */
public interface InputLog {

  /**
   * Appends inputs to the topic, and waits until the decision has handled those of the partitions
   * of this instance, for a few seconds at most.
   *
   * @throws InputsRefusedException if not all of them were acknowledged, or they may be old
   */
  void append(List<AlertInput> inputs);

  /** Not all inputs are known to be in the topic. */
  final class InputsRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InputsRefusedException(String message) {
      super(message);
    }

    public InputsRefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
