package io.tracetide.client;

import io.tracetide.client.resource.Host;
import io.tracetide.client.resource.MeasuredResource;
import io.tracetide.client.resource.ResourceReader;
import io.tracetide.client.resource.ResourceSample;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the process and its host at an interval, publishes the values as metrics, and keeps the
 * last measurement for traces. Runs on a daemon thread and survives failed measurements.
 */
final class ResourceMonitor implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(ResourceMonitor.class);

  private final EmitterSettings settings;
  private final Clock clock;
  private final Consumer<MetricSample> publish;
  private final Supplier<ResourceReader> machine;
  private final String host = Host.name();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable ResourceSample latest;

  ResourceMonitor(EmitterSettings settings, Clock clock, Consumer<MetricSample> publish) {
    this(settings, clock, publish, ResourceReader::ofThisMachine);
  }

  ResourceMonitor(
      EmitterSettings settings,
      Clock clock,
      Consumer<MetricSample> publish,
      Supplier<ResourceReader> machine) {
    this.settings = settings;
    this.clock = clock;
    this.publish = publish;
    this.machine = machine;
  }

  void start() {
    Thread thread = new Thread(this, "tracetide-resources");
    thread.setDaemon(true);
    thread.start();
  }

  void stop() {
    stopped.countDown();
  }

  /** The last measurement; null before the first one. */
  @Nullable ResourceSample latest() {
    return latest;
  }

  @Override
  public void run() {
    try {
      ResourceReader reader = machine.get();
      Instant processStart = reader.processStart();
      Instant hostStart = reader.hostStart().orElse(processStart);
      do {
        measure(reader, processStart, hostStart);
      } while (!stopped.await(settings.resources().interval().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      // This Java runtime has no management beans.
      log.warn("process is not measured cause={}", e.toString());
    }
  }

  private void measure(ResourceReader reader, Instant processStart, Instant hostStart) {
    try {
      ResourceSample read = reader.read();
      latest = read;
      Instant now = clock.instant();
      read.values()
          .forEach(
              (resource, value) ->
                  publish.accept(sample(resource, value, now, processStart, hostStart)));
    } catch (RuntimeException e) {
      log.debug("process was not measured this time", e);
    }
  }

  private MetricSample sample(
      MeasuredResource resource,
      double value,
      Instant now,
      Instant processStart,
      Instant hostStart) {
    boolean ofHost = resource.scope() == MeasuredResource.Scope.HOST;
    boolean counter = resource.type() == MetricType.COUNTER;
    return new MetricSample(
        settings.tenant(),
        settings.serviceName(),
        resource.metric(),
        resource.type(),
        now,
        resource.unit(),
        value,
        counter ? (ofHost ? hostStart : processStart) : null,
        null,
        ofHost ? host : settings.instance(),
        resource.tags(),
        counter ? Temporality.CUMULATIVE : Temporality.UNSPECIFIED);
  }
}
