package io.tracetide.gateway.limit;

import java.util.Map;

/**
 * Rate limits of all tenants.
 *
 * @param eachTenant of tenants without an entry of their own
 * @param tenants by tenant id
 */
public record RatesConfig(RateConfig eachTenant, Map<String, RateConfig> tenants) {
  public RatesConfig {
    tenants = Map.copyOf(tenants);
  }

  public static RatesConfig unlimited() {
    return new RatesConfig(RateConfig.unlimited(), Map.of());
  }

  RateConfig of(String tenant) {
    return tenants.getOrDefault(tenant, eachTenant);
  }
}
