package io.tracetide.processor.query.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.runtime.access.Caller;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.http.Callers;
import io.tracetide.runtime.life.BuildVersion;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code /monitoring/about}: the version, and what the caller may see and do. */
public final class AboutRoute implements Consumer<ServerBuilder> {
  static final String PATH = "/monitoring/about";

  private final DashboardConfig config;
  private final String advertised;
  private final Clock clock;

  /**
   * The answer.
   *
   * @param instance host and port of the instance that answers
   * @param now its time
   * @param alerting whether the API of the alert sink is under {@code /alerting}
   */
  private record About(
      String version,
      String instance,
      Instant now,
      View caller,
      boolean alerting,
      String gatewayUrl,
      String traceUrl) {}

  /**
   * The caller.
   *
   * @param name of its token; null without tokens
   * @param tenants that it may read, unless these are all
   * @param mayAct whether it may acknowledge and silence
   */
  private record View(
      @Nullable String name, List<String> tenants, boolean allTenants, boolean mayAct) {
    static View of(Caller caller) {
      return new View(
          caller.token().map(Object::toString).orElse(null),
          List.copyOf(caller.tenants().names()),
          caller.tenants().isAll(),
          caller.token().map(token -> token.tokenClass() == TokenClass.ADMIN).orElse(true));
    }
  }

  /**
   * A route.
   *
   * @param advertised host and port at which others reach this instance; empty for those of the
   *     connection
   */
  public AboutRoute(DashboardConfig config, String advertised, Clock clock) {
    this.config = config;
    this.advertised = advertised;
    this.clock = clock;
  }

  @Override
  public void accept(ServerBuilder server) {
    server
        .route()
        .path(PATH)
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build((context, request) -> answer(context));
  }

  private HttpResponse answer(ServiceRequestContext context) {
    About about =
        new About(
            BuildVersion.text(),
            advertised.isBlank() ? local(context) : advertised,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            View.of(Callers.of(context)),
            !config.alertsUrl().isEmpty(),
            config.gatewayUrl(),
            config.traceUrl());
    return HttpResponse.of(
        HttpStatus.OK, MediaType.JSON_UTF_8, HttpData.wrap(AnswerJson.bytes(about)));
  }

  private static String local(ServiceRequestContext context) {
    @Nullable InetSocketAddress address = context.localAddress();
    return address == null ? "" : address.getHostString() + ":" + address.getPort();
  }
}
