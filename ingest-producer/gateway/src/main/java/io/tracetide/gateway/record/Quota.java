package io.tracetide.gateway.record;

/** How much a tenant may send in a time. */
@FunctionalInterface
public interface Quota {

  /** Whatever anybody sends. */
  Quota UNLIMITED = (tenant, records, bytes) -> {};

  /**
   * Takes what one request holds from its tenant's allowance.
   *
   * @param records that are good, and about to be published
   * @param bytes of them, as Kafka will hold them
   * @throws RefusedRequestException {@link RefusedRequestException#rateLimited} when there is not
   *     enough left
   */
  void take(String tenant, int records, long bytes);
}
