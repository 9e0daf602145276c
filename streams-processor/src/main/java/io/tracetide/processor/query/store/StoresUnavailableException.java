package io.tracetide.processor.query.store;

import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.util.List;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/**
 * The state stores cannot be read now: they are being restored, or reassigned to another instance.
 * The caller can repeat the query later.
 */
public final class StoresUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> missing;

  public StoresUnavailableException(String detail) {
    this(detail, List.of());
  }

  /**
   * The requested partitions are held by hosts that do not respond.
   *
   * @param missing those hosts
   */
  public StoresUnavailableException(String detail, List<String> missing) {
    super(detail);
    this.missing = List.copyOf(missing);
  }

  public StoresUnavailableException(String detail, Throwable cause) {
    super(detail, cause);
    this.missing = List.of();
  }

  /** A store was closed during a read. */
  public static StoresUnavailableException reassigned(InvalidStateStoreException cause) {
    return new StoresUnavailableException("A partition was reassigned while it was read.", cause);
  }

  public static StoresUnavailableException registry(RegistryUnavailableException cause) {
    return new StoresUnavailableException("The schema registry does not respond.", cause);
  }

  /**
   * The processor has begun to shut down since its state was checked. Kafka Streams throws an
   * {@link IllegalStateException} then.
   */
  public static StoresUnavailableException stopped(RuntimeException cause) {
    return new StoresUnavailableException("The processor has just stopped running.", cause);
  }

  /** There is no assignment of partitions yet. */
  public static StoresUnavailableException unassigned() {
    return new StoresUnavailableException("The owners of the partitions are not known yet.");
  }

  /** Hosts that hold the requested partitions and do not respond. */
  public List<String> missing() {
    return missing;
  }
}
