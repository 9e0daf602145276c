package io.tracetide.gateway.record;

/**
 * One refused record.
 *
 * @param index position of the record in its request, from 0
 * @param detail what was expected, for the sender's developer; never holds the sender's own text
 * @param service that sent it; empty when that is not known
 */
public record Refusal(int index, RefusalReason reason, String detail, String service) {

  public Refusal(int index, RefusalReason reason, String detail) {
    this(index, reason, detail, "");
  }
}
