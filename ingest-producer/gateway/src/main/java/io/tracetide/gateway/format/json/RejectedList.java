package io.tracetide.gateway.format.json;

import io.tracetide.gateway.record.Refusal;
import java.util.List;

/**
 * The answer {@code {accepted, rejected[{index, reason}]}}, of which a sender can make sense.
 *
 * @param accepted how many were taken
 * @param rejected those that were not
 */
public record RejectedList(int accepted, List<Item> rejected) {

  /**
   * One that was not taken.
   *
   * @param index its place in the request, from 0
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
