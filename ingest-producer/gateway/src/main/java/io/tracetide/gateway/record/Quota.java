package io.tracetide.gateway.record;

/** Limits what a tenant may send per time. */
@FunctionalInterface
public interface Quota {

  /**
   * Takes the records of one request from the quota of its tenant.
   *
   * @param records number of valid records
   * @param bytes of the encoded records
   * @throws RefusedRequestException {@link RefusedRequestException#rateLimited} when the quota is
   *     exceeded
   */
  void take(String tenant, int records, long bytes);
}
