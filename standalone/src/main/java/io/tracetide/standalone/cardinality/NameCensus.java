package io.tracetide.standalone.cardinality;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.cardinality.OverflowReason;
import io.tracetide.processor.cardinality.SeriesLimits;
import io.tracetide.processor.event.SeriesKeys;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.window.Series;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.standalone.retained.RetainedEvents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts names as the processor would: with its templates, and with its limits in the same number
 * of partitions. Names are admitted in the order in which they are read, so at a limit other names
 * may overflow to {@code __other__} than in the processor, but equally many.
 *
 * <p>Distinct names are counted by their hashes, in about 100 bytes a name.
 */
public final class NameCensus implements RetainedEvents.Visitor {

  /**
   * Templates of a service that are counted individually; of further ones only the number is
   * counted.
   */
  private static final int MAX_TEMPLATES = 1_000;

  private static final int MAX_EXAMPLES = 5;

  private final boolean templating;
  private final List<SeriesLimits> partitions = new ArrayList<>();
  private final OperationTemplate template = new OperationTemplate();
  private final KeyBuffer key = new KeyBuffer();
  private final Map<String, Map<String, Service>> tenants = new TreeMap<>();
  private long events;
  private long unfinished;
  private long refused;

  private static final class Service {
    private final Set<Long> names = new HashSet<>();
    private final Set<Long> templates = new HashSet<>();
    private final Set<Long> counted = new HashSet<>();
    private final Map<String, Rewritten> rewritten = new HashMap<>();
    private final Set<String> folded = new HashSet<>();
    private boolean isFolded;
    private long events;
    private long eventsTemplated;
    private long eventsFolded;
  }

  private static final class Rewritten {
    private final String example;
    private long events;

    Rewritten(String example) {
      this.example = example;
    }
  }

  /** A dry run persists nothing. */
  private enum NoJournal implements SeriesLimits.Journal {
    INSTANCE;

    @Override
    public void admitted(byte[] name, long seenMs) {}

    @Override
    public void forgotten(byte[] name) {}

    @Override
    public void overflowed(OverflowReason reason) {}
  }

  /**
   * A census under these rules.
   *
   * @param partitionCount partitions of the aggregates, as many as the topic has
   */
  public NameCensus(CardinalityConfig config, int partitionCount) {
    templating = config.templating();
    for (int i = 0; i < partitionCount; i++) {
      partitions.add(new SeriesLimits(config.limits(partitionCount), NoJournal.INSTANCE));
    }
  }

  /** Counts an event that the processor would send to the dead-letter topic. */
  @Override
  public void refuse() {
    refused++;
  }

  /** Counts an event. */
  @Override
  public void count(TraceView event) {
    if (!event.isCompleted()) {
      unfinished++;
      return;
    }
    events++;
    Service service =
        tenants
            .computeIfAbsent(event.tenant(), tenant -> new HashMap<>())
            .computeIfAbsent(event.service(), name -> new Service());
    service.events++;
    SeriesKeys.writeLatency(event, key);
    service.names.add(hash(key.array(), key.length()));
    if (templating && SeriesKeys.writeLatency(event, key, template)) {
      service.eventsTemplated++;
      countTemplate(service, event.operation());
    }
    long templateHash = hash(key.array(), key.length());
    service.templates.add(templateHash);
    limit(service, event, templateHash);
  }

  private void countTemplate(Service service, String name) {
    String templated = new String(template.array(), 0, template.length(), UTF_8);
    @Nullable Rewritten known = service.rewritten.get(templated);
    if (known == null && service.rewritten.size() < MAX_TEMPLATES) {
      known = new Rewritten(name);
      service.rewritten.put(templated, known);
    }
    if (known != null) {
      known.events++;
    }
  }

  private void limit(Service service, TraceView event, long templateHash) {
    byte[] series = key.array();
    int partition = Math.floorMod(SeriesCodec.serviceHash(series), partitions.size());
    @Nullable Series counted =
        partitions.get(partition).admit(series, 0, key.length(), event.timestampMs());
    if (counted != null && counted.isKey(series, 0, key.length())) {
      service.counted.add(templateHash);
      return;
    }
    service.eventsFolded++;
    if (service.folded.size() < MAX_EXAMPLES) {
      service.folded.add(SeriesCodec.decode(Arrays.copyOf(series, key.length())).operation());
    }
    if (counted != null) {
      service.counted.add(hash(counted.key(), counted.key().length));
      service.isFolded |= counted.id().service().equals(SeriesId.OTHER);
    }
  }

  private static long hash(byte[] bytes, int length) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ bytes[i]) * 0x100000001b3L;
    }
    return hash;
  }

  /** The counts so far. */
  public CensusReport report(boolean wholeRange) {
    List<CensusReport.Tenant> all = new ArrayList<>();
    tenants.forEach((name, services) -> all.add(tenant(name, services)));
    return new CensusReport(events, unfinished, refused, wholeRange, all);
  }

  private static CensusReport.Tenant tenant(String name, Map<String, Service> services) {
    return new CensusReport.Tenant(
        name,
        services.values().stream().mapToLong(service -> service.events).sum(),
        services.size(),
        (int) services.values().stream().filter(service -> service.isFolded).count(),
        services.entrySet().stream()
            .filter(
                entry -> entry.getValue().eventsTemplated > 0 || entry.getValue().eventsFolded > 0)
            .map(entry -> service(entry.getKey(), entry.getValue()))
            .sorted(
                Comparator.comparingLong(CensusReport.Service::events)
                    .reversed()
                    .thenComparing(CensusReport.Service::service))
            .toList());
  }

  private static CensusReport.Service service(String name, Service service) {
    return new CensusReport.Service(
        name,
        service.events,
        service.names.size(),
        service.templates.size(),
        service.counted.size(),
        service.eventsTemplated,
        service.eventsFolded,
        service.rewritten.entrySet().stream()
            .map(
                entry ->
                    new CensusReport.Template(
                        entry.getKey(), entry.getValue().example, entry.getValue().events))
            .sorted(
                Comparator.comparingLong(CensusReport.Template::events)
                    .reversed()
                    .thenComparing(CensusReport.Template::template))
            .limit(MAX_EXAMPLES)
            .toList(),
        service.folded.stream().sorted().toList());
  }
}
