package io.tracetide.runtime.meter;

import java.util.Map;
import java.util.function.Supplier;

/**
 * One figure that a Kafka client keeps of itself, under the name it has there.
 *
 * @param value read when it is asked for; other things than numbers stand for no value
 */
public record Reading(String group, String name, Map<String, String> tags, Supplier<?> value) {
  public Reading {
    tags = Map.copyOf(tags);
  }
}
