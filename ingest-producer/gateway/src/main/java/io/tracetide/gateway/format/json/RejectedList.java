package io.tracetide.gateway.format.json;

import io.tracetide.gateway.record.Refusal;
import java.util.List;

/**
 * The response {@code {accepted, rejected[{index, reason}]}}.
 *
 * @param accepted number of accepted records
 * @param rejected the refused records
 */
public record RejectedList(int accepted, List<Item> rejected) {

  /**
   * A refused record.
   *
   * @param index position in the request, from 0
   */
  public record Item(int index, String reason) {}

  public RejectedList {
    rejected = List.copyOf(rejected);
  }

  public static RejectedList of(int accepted, List<Refusal> refused) {
    return new RejectedList(
        accepted,
        refused.stream()
            .map(
                refusal ->
                    new Item(refusal.index(), refusal.reason().label() + ": " + refusal.detail()))
            .toList());
  }
}
