package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The services that have windows in the stores of one partition. One thread adds services while
 * others read them.
 *
 * <p>State of an earlier version has neither services nor their totals: both are complete for
 * windows that start at or after {@link #since}.
 */
public final class StoredServices {

  /** A service is saved again when it has spans in another hour. */
  private static final long STEP_MS = TimeUnit.HOURS.toMillis(1);

  private final Store store;
  private final Map<ByteBuffer, Service> services = new ConcurrentHashMap<>();
  private final Map<String, Long> since = new ConcurrentHashMap<>();

  private static final class Service {
    private final byte[] name;
    private final SeriesId total;
    private final long untilMs;

    /**
     * A service.
     *
     * @param name tenant and service as series keys begin
     * @param untilMs a time after the start of its last window
     */
    Service(byte[] name, long untilMs) {
      this.name = name;
      this.total = SeriesCodec.decode(SeriesCodec.ofService(name, name.length));
      this.untilMs = untilMs;
    }
  }

  /** Port: saved services, each with a time after the start of its last window. */
  public interface Store {
    void putService(byte[] service, long untilMs);

    void deleteService(byte[] service);

    void eachService(BiConsumer<byte[], Long> reader);
  }

  /** Begins with the saved services. */
  StoredServices(Store store) {
    this.store = store;
    store.eachService((service, untilMs) -> put(service, untilMs));
  }

  private void put(byte[] service, long untilMs) {
    services.put(ByteBuffer.wrap(service), new Service(service, untilMs));
  }

  /** Marks the services and totals of a tier as complete from a time on. */
  void completeSince(WindowTier tier, long startMs) {
    since.put(tier.name(), startMs);
  }

  /** Start of the first window of a tier from which on services and totals are complete. */
  public long since(WindowTier tier) {
    return since.getOrDefault(tier.name(), Long.MAX_VALUE);
  }

  /**
   * Notes that a service has a window.
   *
   * @param series contains tenant and service in its first {@code prefix} bytes
   */
  void add(byte[] series, int prefix, long startMs) {
    long untilMs = Math.floorDiv(startMs, STEP_MS) * STEP_MS + STEP_MS;
    byte[] service = Arrays.copyOf(series, prefix);
    @Nullable Service known = services.get(ByteBuffer.wrap(service));
    if (known == null || known.untilMs < untilMs) {
      put(service, untilMs);
      store.putService(service, untilMs);
    }
  }

  /** Forgets the services whose last window starts before a time. */
  void dropBefore(long startMs) {
    services.forEach(
        (service, known) -> {
          if (known.untilMs <= startMs) {
            services.remove(service);
            store.deleteService(known.name);
          }
        });
  }

  /**
   * Passes on the services that may have windows that start at or after a time: tenant and service
   * as series keys begin, and the series of their totals.
   */
  public void each(long fromMs, BiConsumer<byte[], SeriesId> reader) {
    services.forEach(
        (service, known) -> {
          if (known.untilMs > fromMs) {
            reader.accept(known.name, known.total);
          }
        });
  }
}
