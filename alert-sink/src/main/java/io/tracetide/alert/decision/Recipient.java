package io.tracetide.alert.decision;

import java.util.Comparator;
import java.util.Objects;

/** A receiver and a group of alerts: the unit within which notifications keep their order. */
public record Recipient(String receiver, String groupKey) implements Comparable<Recipient> {
  private static final Comparator<Recipient> ORDER =
      Comparator.comparing(Recipient::receiver).thenComparing(Recipient::groupKey);

  public Recipient {
    Objects.requireNonNull(receiver, "receiver");
    Objects.requireNonNull(groupKey, "groupKey");
  }

  @Override
  public int compareTo(Recipient other) {
    return ORDER.compare(this, other);
  }
}
