package io.tracetide.processor.topology;

import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.stored.StoreWindowView;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.StoredServices;
import io.tracetide.schemas.Anomaly;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.jspecify.annotations.Nullable;

/** What queries see of a topology that a test drives: closed and open windows. */
public final class StateOfDriver implements StorePartitions.Held {

  private final TopologyTestDriver driver;
  private final OpenPartitions open;

  private final @Nullable StoredServices services;

  public StateOfDriver(TopologyTestDriver driver, OpenPartitions open) {
    this(driver, open, null);
  }

  private StateOfDriver(
      TopologyTestDriver driver, OpenPartitions open, @Nullable StoredServices services) {
    this.driver = driver;
    this.open = open;
    this.services = services;
  }

  /** The same with other services in the stores. */
  public StateOfDriver with(StoredServices others) {
    return new StateOfDriver(driver, open, others);
  }

  /** The counts of a series in the window that starts then; there is exactly one. */
  public WindowStatsCodec.Stored window(WindowTier tier, SeriesId series, Instant start) {
    List<StoredWindow> found = windows(tier, start);
    found.removeIf(window -> !window.series().equals(series));
    if (found.size() != 1) {
      throw new AssertionError("expected one window of " + series + ", not " + found.size());
    }
    return found.get(0).counts();
  }

  /** All series of the window that starts then. */
  List<StoredWindow> windows(WindowTier tier, Instant start) {
    List<StoredWindow> found = new ArrayList<>();
    StorePartitions partitions = () -> new StorePartitions.Holdings(List.of(this), List.of());
    long startMs = start.toEpochMilli();
    new StoreWindowView(partitions, WindowConfig.defaults().tiers())
        .read(tier, startMs, startMs + 1, Scope.EVERYTHING, found::add);
    return found;
  }

  @Override
  public int partition() {
    return 0;
  }

  @Override
  public ReadOnlyWindowStore<Bytes, byte[]> rows(String storeName) {
    return driver.getWindowStore(storeName);
  }

  @Override
  public OpenWindows open() {
    return open.of(0);
  }

  @Override
  public StoredServices services() {
    return services != null ? services : open.services(0);
  }

  @Override
  public PartitionProgress detection() {
    return open.progress().of(0);
  }

  @Override
  public ReadOnlyKeyValueStore<String, Anomaly> anomalies() {
    return driver.getKeyValueStore("anomalies");
  }
}
