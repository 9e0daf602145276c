package io.tracetide.processor.anomaly;

import java.util.function.BiConsumer;

/** Port: the saved state of {@link BreachTracker}. */
public interface BreachStorage {

  void put(BreachSubject subject, BreachEpisode episode);

  /** Deletes the episode of a subject and the number of its traces without a row. */
  void delete(BreachSubject subject);

  /** Whether a trace is saved as one in breach. */
  boolean has(BreachSubject subject, String traceId);

  void put(BreachSubject subject, String traceId, long atMs);

  void delete(BreachSubject subject, String traceId);

  /** Saves the number of traces in breach that are not saved one by one. */
  void putBeyond(BreachSubject subject, long count);

  void eachEpisode(BiConsumer<BreachSubject, BreachEpisode> reader);

  void eachTrace(BiConsumer<BreachSubject, BreachEpisode.Offender> reader);

  void eachBeyond(BiConsumer<BreachSubject, Long> reader);
}
