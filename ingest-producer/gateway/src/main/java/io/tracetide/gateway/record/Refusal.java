package io.tracetide.gateway.record;

/**
 * A refused record.
 *
 * @param index position of the record in its request, from 0
 * @param detail what was expected; never contains text of the client
 * @param service that sent it; empty when unknown
 */
public record Refusal(int index, RefusalReason reason, String detail, String service) {

  public Refusal(int index, RefusalReason reason, String detail) {
    this(index, reason, detail, "");
  }
}
