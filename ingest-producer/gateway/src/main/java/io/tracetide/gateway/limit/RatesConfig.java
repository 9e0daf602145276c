package io.tracetide.gateway.limit;

import java.util.Map;

/**
 * How much tenants may send.
 *
 * @param eachTenant for those that are not named
 * @param tenants for those that are, by name
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
