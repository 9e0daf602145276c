package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** Services as after windows that an earlier version has closed. */
public final class ServicesSince {
  private ServicesSince() {}

  /** The same services, complete for windows that start at or after a time. */
  public static StoredServices of(StoredServices services, List<WindowTier> tiers, long startMs) {
    List<byte[]> known = new ArrayList<>();
    services.each(Long.MIN_VALUE, (service, total) -> known.add(service));
    return of(known, tiers, startMs);
  }

  /** Where no services are listed. */
  public static StoredServices unknown() {
    return of(List.of(), List.of(), 0);
  }

  /**
   * These services.
   *
   * @param services tenant and service as series keys begin
   */
  public static StoredServices of(
      Collection<byte[]> services, List<WindowTier> tiers, long startMs) {
    StoredServices since =
        new StoredServices(
            new StoredServices.Store() {
              @Override
              public void putService(byte[] service, long untilMs) {}

              @Override
              public void deleteService(byte[] service) {}

              @Override
              public void eachService(BiConsumer<byte[], Long> reader) {
                services.forEach(service -> reader.accept(service, Long.MAX_VALUE));
              }
            });
    tiers.forEach(tier -> since.completeSince(tier, startMs));
    return since;
  }
}
