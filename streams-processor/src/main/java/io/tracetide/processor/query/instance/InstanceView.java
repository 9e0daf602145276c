package io.tracetide.processor.query.instance;

import io.tracetide.processor.query.store.StoresUnavailableException;
import java.util.List;
import java.util.function.Consumer;

/** Read access to the status of instances. */
public interface InstanceView {

  /** No instances, for tests. */
  InstanceView EMPTY = reader -> List.of();

  /**
   * Passes on the status of each instance.
   *
   * @return hosts that did not respond
   * @throws StoresUnavailableException before partitions are assigned
   */
  List<String> read(Consumer<InstanceStatus> reader);
}
