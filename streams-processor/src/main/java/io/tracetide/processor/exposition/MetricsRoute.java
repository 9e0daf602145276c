package io.tracetide.processor.exposition;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.tracetide.processor.query.http.QueryThreads;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.UnknownTenantException;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.http.Callers;
import io.tracetide.runtime.http.ProblemResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The route that Prometheus scrapes for the metrics of services: text, OpenMetrics text with
 * exemplars, or protobuf with native histograms, as the header {@code Accept} asks.
 */
public final class MetricsRoute implements Consumer<ServerBuilder> {

  /** Path of the metrics of services; those of the process itself are at {@code /metrics}. */
  public static final String PATH = "/monitoring/metrics";

  private static final String TENANT = "tenant";
  private static final int RETRY_AFTER_SECONDS = 2;

  /** Scrapes that may wait; they run one at a time, so that one answer is in memory. */
  private static final int MOST_WAITING = 8;

  private final ServiceMetrics services;
  private final ExpositionMetrics metrics;
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final QueryThreads threads = new QueryThreads("scrape", 1, MOST_WAITING);

  public MetricsRoute(ServiceMetrics services, ExpositionMetrics metrics) {
    this.services = services;
    this.metrics = metrics;
  }

  @Override
  public void accept(ServerBuilder server) {
    threads
        .compressed(server, PATH)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build(
            threads.serve(
                (context, request) -> respond(context),
                () -> unavailable("Too many scrapes", "Scrape this instance less often.")));
  }

  private HttpResponse respond(ServiceRequestContext context) {
    try {
      Tenants tenants = tenants(context);
      ExpositionFormatWriter writer =
          formats.findWriter(context.request().headers().get(HttpHeaderNames.ACCEPT, ""));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      writer.write(out, services.collect(tenants));
      metrics.answered(out.size());
      return HttpResponse.of(
          ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, writer.getContentType()),
          HttpData.wrap(out.toByteArray()));
    } catch (BadParameterException e) {
      return ProblemResponse.of(HttpStatus.BAD_REQUEST, "Bad parameter", message(e));
    } catch (UnknownTenantException e) {
      return ProblemResponse.of(HttpStatus.NOT_FOUND, "Unknown tenant", message(e));
    } catch (StoresUnavailableException e) {
      metrics.unavailable();
      return unavailable("State is not available yet", message(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
  }

  /** The tenants of the caller, or the one of them that parameter 'tenant' names. */
  private static Tenants tenants(ServiceRequestContext context) {
    Tenants allowed = Callers.of(context).tenants();
    for (String name : context.queryParams().names()) {
      if (!name.equals(TENANT)) {
        throw new BadParameterException(
            "Parameter '%s' is unknown here: use tenant."
                .formatted(BadParameterException.quoted(name)));
      }
    }
    List<String> named = context.queryParams().getAll(TENANT);
    if (named.isEmpty()) {
      return allowed;
    }
    if (named.size() > 1 || named.get(0).isBlank()) {
      throw new BadParameterException("Parameter 'tenant' must be given once: use tenant=NAME.");
    }
    if (!allowed.includes(named.get(0))) {
      throw new UnknownTenantException(named.get(0));
    }
    return Tenants.of(named.get(0));
  }

  private static HttpResponse unavailable(String title, String detail) {
    return ProblemResponse.of(HttpStatus.SERVICE_UNAVAILABLE, title, detail)
        .mapHeaders(
            headers ->
                headers.toBuilder()
                    .setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
                    .build());
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }
}
