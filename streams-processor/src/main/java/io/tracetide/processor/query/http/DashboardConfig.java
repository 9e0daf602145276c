package io.tracetide.processor.query.http;

import io.tracetide.runtime.config.Checks;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows beside the data of the processor.
 *
 * @param alertsUrl scheme, host and port of the alert sink, whose API is then under {@code
 *     /alerting} of the listener; empty for no alerts
 * @param alertsCertificates certificates in PEM, one of which must have signed that of the alert
 *     sink; empty trusts those that the platform trusts
 * @param gatewayUrl scheme, host and port at which services reach the gateway, for the instructions
 *     on an empty page; empty for port 4318 of the host of the page
 * @param traceUrl address of a trace in another tracing UI, with {@code {traceId}}; empty for none
 */
public record DashboardConfig(
    String alertsUrl, Optional<Path> alertsCertificates, String gatewayUrl, String traceUrl) {
  private static final String TRACE_ID = "{traceId}";

  public DashboardConfig {
    Checks.check()
        .that(
            alertsUrl.isEmpty() || isOrigin(alertsUrl),
            "alertsUrl",
            alertsUrl,
            "http or https, host and port of the alert sink, such as http://127.0.0.1:9093")
        .that(
            gatewayUrl.isEmpty() || isOrigin(gatewayUrl),
            "gatewayUrl",
            gatewayUrl,
            "http or https, host and port of the gateway, such as http://127.0.0.1:4318")
        .that(
            traceUrl.isEmpty() || isTraceUrl(traceUrl),
            "traceUrl",
            traceUrl,
            "http or https and {traceId}, such as https://jaeger.example/trace/{traceId}")
        .done();
  }

  public static DashboardConfig defaults() {
    return new DashboardConfig("", Optional.empty(), "", "");
  }

  private static boolean isOrigin(String text) {
    try {
      URI url = new URI(text);
      return isHttp(url.getScheme())
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && String.valueOf(url.getRawPath()).isEmpty()
          && url.getRawQuery() == null
          && url.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isTraceUrl(String text) {
    try {
      URI url = new URI(text.replace(TRACE_ID, "id").replace("{service}", "service"));
      return isHttp(url.getScheme()) && url.getHost() != null && text.contains(TRACE_ID);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isHttp(@Nullable String scheme) {
    return "http".equals(scheme) || "https".equals(scheme);
  }
}
