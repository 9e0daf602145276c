package io.tracetide.processor.detection.silence;

import static io.tracetide.processor.anomaly.AnomalyValues.lasting;
import static io.tracetide.processor.anomaly.AnomalyValues.perSecond;

import io.tracetide.processor.window.SeriesId;

/** Describes the silence of a service or of a tenant. */
final class SilenceText {

  private SilenceText() {}

  static String silent(
      String service, long silentMs, double usualPerSecond, long longestUsualMs, int services) {
    String usual =
        longestUsualMs == 0
            ? "it usually has no pauses"
            : "its longest usual pause is " + lasting(longestUsualMs);
    String numbers =
        "no spans for %s, expected about %s; %s"
            .formatted(lasting(silentMs), perSecond(usualPerSecond), usual);
    return isTenant(service)
        ? "all %d services of the tenant have sent %s: an outage before Tracetide, or the end of all traffic"
            .formatted(services, numbers)
        : "%s has sent %s".formatted(service, numbers);
  }

  static String over(String service, long silentMs) {
    return isTenant(service)
        ? "services of the tenant send spans again, after %s".formatted(lasting(silentMs))
        : "%s sends spans again, after %s".formatted(service, lasting(silentMs));
  }

  static String noLongerWatched(String service, long silentMs) {
    return "%s has sent no spans for %s and is no longer watched"
        .formatted(isTenant(service) ? "the tenant" : service, lasting(silentMs));
  }

  static String switchedOff(String service) {
    return "%s is no longer watched: the detection of silence is switched off"
        .formatted(isTenant(service) ? "the tenant" : service);
  }

  private static boolean isTenant(String service) {
    return service.equals(SeriesId.ALL_SERVICES);
  }
}
