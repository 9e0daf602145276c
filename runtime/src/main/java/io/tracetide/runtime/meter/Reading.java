package io.tracetide.runtime.meter;

import java.util.Map;
import java.util.function.Supplier;

/**
 * One metric of a Kafka client, under the client's name for it.
 *
 * @param value read on demand; anything but a number is no value
 */
public record Reading(String group, String name, Map<String, String> tags, Supplier<?> value) {
  public Reading {
    tags = Map.copyOf(tags);
  }
}
