package io.tracetide.runtime.health;

/**
 * The result of one check.
 *
 * @param detail why it is down, for people; empty when up
 */
public record HealthStatus(boolean isUp, String detail) {
  private static final HealthStatus UP = new HealthStatus(true, "");

  public static HealthStatus up() {
    return UP;
  }

  public static HealthStatus down(String detail) {
    return new HealthStatus(false, detail);
  }
}
