package io.tracetide.processor.query.live;

import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Port: the committed changes of all instances. Used by one thread. */
public interface ChangeSource extends AutoCloseable {

  /** Sets what is wanted from now on; called again when it has not changed. */
  void want(Set<Kind> kinds);

  /** Passes the changes since the last call to the reader, those of one subject in their order. */
  void drain(Consumer<StateChange> reader);

  /**
   * Whether all wanted changes of that kind are delivered, or are known to be missing. A state that
   * is read while it is not may miss changes.
   */
  boolean isSettled(Kind kind);

  /** Hosts whose changes of that kind are not delivered, sorted. */
  List<String> missing(Kind kind);

  /** How often changes may have been lost; the state has to be read again when it has changed. */
  long breaks(Kind kind);

  /** Ends the delivery. */
  @Override
  void close();
}
