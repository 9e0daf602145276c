package io.tracetide.processor.query.store;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A reference that is set after its users were built: queries need the running Kafka Streams
 * application, which needs the port of the listener that serves the queries. It is set again when
 * the application is replaced.
 */
public final class LateBound<T> {
  private final AtomicReference<@Nullable T> reference = new AtomicReference<>();

  public void set(T value) {
    reference.set(value);
  }

  /**
   * The value.
   *
   * @throws StoresUnavailableException before it is set
   */
  public T get() {
    T value = reference.get();
    if (value == null) {
      throw new StoresUnavailableException("The processor is starting.");
    }
    return value;
  }
}
