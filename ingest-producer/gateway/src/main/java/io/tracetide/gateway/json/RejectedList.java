package io.tracetide.gateway.json;

import io.tracetide.gateway.intake.Refusal;
import java.util.List;
import java.util.Map;

/** The answer {@code {accepted, rejected[{index, reason}]}}, of which a sender can make sense. */
public final class RejectedList {

  private RejectedList() {}

  public static Map<String, Object> of(int accepted, List<Refusal> refused) {
    return Map.of(
        "accepted", accepted, "rejected", refused.stream().map(RejectedList::of).toList());
  }

  private static Map<String, Object> of(Refusal refusal) {
    return Map.of(
        "index", refusal.index(), "reason", refusal.reason().label() + ": " + refusal.detail());
  }
}
