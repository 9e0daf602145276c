package io.tracetide.benchmarks.variant;

import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * The number of records of one topic that all consumers of this JVM have received, read from
 * Kafka's metrics over JMX.
 */
public final class ConsumedRecords implements LongSupplier {

  private static final String METER = "records-consumed-total";

  private final MBeanServer meters = ManagementFactory.getPlatformMBeanServer();
  private final ObjectName pattern;
  private long most;

  /** Counts records of a topic, whose name must have no dots: meters would rename it. */
  public ConsumedRecords(String topic) {
    try {
      pattern =
          new ObjectName(
              "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*,topic=" + topic);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException("topic " + topic + " cannot be metered", e);
    }
  }

  /** The number of events in the received records of a run's input. */
  public static LongSupplier events(RunSettings settings) {
    ConsumedRecords records = new ConsumedRecords(settings.input());
    return () -> Math.round(records.getAsLong() * settings.eventsPerRecord());
  }

  @Override
  public long getAsLong() {
    double sum = 0;
    for (ObjectName consumer : meters.queryNames(pattern, null)) {
      sum += consumed(consumer);
    }
    // A consumer that has been closed takes its meter with it.
    most = Math.max(most, Math.round(sum));
    return most;
  }

  private double consumed(ObjectName consumer) {
    try {
      return ((Number) meters.getAttribute(consumer, METER)).doubleValue();
    } catch (InstanceNotFoundException | AttributeNotFoundException e) {
      return 0; // Closed, or not yet read from.
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }
}
