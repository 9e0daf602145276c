package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.util.AttributeKey;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.AccessJournal;
import io.tracetide.runtime.access.AccessRules;
import io.tracetide.runtime.access.FailureLimit;
import io.tracetide.runtime.access.Sessions;
import io.tracetide.runtime.access.Tokens;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.tls.TlsFiles;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.EnvironmentException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port of one role: its routes, and beside them {@code /livez}, {@code /readyz} and {@code
 * /metrics}.
 *
 * <p>Limits and security headers apply to every route; a route may override a header by setting its
 * own. Failures are answered with problem details. Code that blocks runs on {@code
 * ctx.blockingTaskExecutor()}, which has few threads. Health checks and meters have threads of
 * their own, so that they are answered while slow requests occupy all others.
 */
public final class Listener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  private static final Admission WITHOUT_TOKENS =
      new Admission(
          (method, route) -> Access.OPEN,
          false,
          Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
          event -> {});

  private static final int BLOCKING_THREADS = 8;
  private static final int HEALTH_THREADS = 2;
  private static final AttributeKey<Executor> HEALTH_EXECUTOR =
      AttributeKey.valueOf(Listener.class, "HEALTH_EXECUTOR");
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final Duration QUIET = Duration.ofMillis(50);

  static {
    // Armeria looks up Netty's native transports even when configured to use none, and the look-up
    // unpacks them to the temporary directory.
    if (System.getProperty("io.netty.transport.noNative") == null) {
      System.setProperty("io.netty.transport.noNative", "true");
    }
  }

  /** Failed authentications of one address in a second; further ones get 429. */
  private static final int FAILURES_PER_SECOND = 10;

  /** Larger than any token, so that a text of this size is rejected as an invalid token. */
  private static final int MAX_HEADER_BYTES = 96 * 1024;

  private final ListenerConfig config;
  private final Server server;
  private final Closers closers;

  private Listener(ListenerConfig config, Server server, Closers closers) {
    this.config = config;
    this.server = server;
    this.closers = closers;
  }

  /**
   * Binds the port and serves without tokens.
   *
   * @param routes adds the role's services
   * @throws PortInUseException if the port is in use
   */
  public static Listener start(
      ListenerConfig config,
      Health health,
      PrometheusMeterRegistry meters,
      Consumer<ServerBuilder> routes) {
    if (config.tokens().isPresent()) {
      throw new IllegalArgumentException(
          "a listener with tokens needs the access rules of its routes");
    }
    return start(config, WITHOUT_TOKENS, health, meters, routes);
  }

  /**
   * Binds the port and serves.
   *
   * @param admission access rules that apply when the listener has tokens
   * @param routes adds the role's services
   * @throws PortInUseException if the port is in use
   * @throws io.tracetide.runtime.config.ConfigException if the file of tokens cannot be used
   * @throws io.tracetide.runtime.config.InvalidConfig if the certificate cannot be used
   */
  public static Listener start(
      ListenerConfig config,
      Admission admission,
      Health health,
      PrometheusMeterRegistry meters,
      Consumer<ServerBuilder> routes) {
    Closers closers = new Closers();
    closers.add("jvm-metrics", ProcessMetrics.bind(meters));
    return start(
        config,
        admission,
        health,
        meters,
        server -> routes.accept(server.meterRegistry(meters)),
        closers);
  }

  /** Starts a further port of a role whose first port has bound the meters of the process. */
  public static Listener startFurther(
      ListenerConfig config,
      Admission admission,
      Health health,
      PrometheusMeterRegistry meters,
      Consumer<ServerBuilder> routes) {
    return start(config, admission, health, meters, routes, new Closers());
  }

  private static Listener start(
      ListenerConfig config,
      Admission admission,
      Health health,
      PrometheusMeterRegistry meters,
      Consumer<ServerBuilder> routes,
      Closers closers) {
    InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
    if (address.isUnresolved()) {
      closers.close();
      throw new EnvironmentException(
          "cannot listen on " + config.host() + ": the host name has no address");
    }
    try {
      BlockingTaskExecutor blocking = threads("http-blocking", BLOCKING_THREADS, closers);
      BlockingTaskExecutor checks = threads("http-health", HEALTH_THREADS, closers);
      Reloads reloads = closers.add("reloads", new Reloads(config.reloadInterval()));
      Consumer<ServerBuilder> services =
          server -> {
            server.blockingTaskExecutor(blocking, false);
            routes.accept(server);
            ProcessRoutes.add(server, health, meters);
            server.decorator(
                (delegate, ctx, request) -> {
                  ctx.setAttr(HEALTH_EXECUTOR, checks);
                  return delegate.serve(ctx, request);
                });
          };
      Server server = build(address, config, admission, meters, reloads, services);
      closers.add("http-server", () -> stop(server));
      server.start().join();
      Listener listener = new Listener(config, server, closers);
      log.info("listening url={}", listener.url());
      return listener;
    } catch (CompletionException e) {
      closers.close();
      throw notBound(config, e);
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private static BlockingTaskExecutor threads(String name, int number, Closers closers) {
    BlockingTaskExecutor threads =
        BlockingTaskExecutor.builder().threadNamePrefix(name).numThreads(number).build();
    closers.add(name, threads::shutdownNow);
    return threads;
  }

  /**
   * Threads for the answers of health checks, apart from those of other requests.
   *
   * @param ctx a request to a listener; the request to any other server has no such threads, and
   *     gets those of its blocking tasks
   */
  public static Executor healthExecutor(ServiceRequestContext ctx) {
    @Nullable Executor own = ctx.attr(HEALTH_EXECUTOR);
    return own == null ? ctx.blockingTaskExecutor() : own;
  }

  /**
   * Reads the files that the configuration names, as the start does.
   *
   * @throws io.tracetide.runtime.config.ConfigException if the file of tokens cannot be used
   * @throws io.tracetide.runtime.config.InvalidConfig if the certificate cannot be used
   */
  public static void check(ListenerConfig config) {
    config.tokens().ifPresent(Tokens::read);
    if (config.tls().isPresent()) {
      TlsFiles.read(config.tls(), config.tls().clientCa());
    }
  }

  /** The bound port. */
  public int port() {
    return server.activeLocalPort();
  }

  /** The URL that this machine reaches the listener by, without a trailing slash. */
  public String url() {
    ServerPort bound = server.activePort();
    boolean any = bound != null && bound.localAddress().getAddress().isAnyLocalAddress();
    String host = any ? "127.0.0.1" : config.host();
    String scheme = config.tls().isPresent() ? "https://" : "http://";
    return scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  /**
   * Each method of each route, as {@code GET /monitoring/traces/:id}, or {@code ANY} for all of
   * them.
   */
  public SortedSet<String> routes() {
    SortedSet<String> routes = new TreeSet<>();
    for (ServiceConfig service : server.config().serviceConfigs()) {
      Route route = service.route();
      if (route.methods().equals(HttpMethod.knownMethods())) {
        routes.add("ANY " + route.patternString());
      } else {
        route.methods().forEach(method -> routes.add(method.name() + " " + route.patternString()));
      }
    }
    return routes;
  }

  /** Lets requests in progress finish, for a few seconds at most. */
  @Override
  public void close() {
    closers.close();
  }

  private static Server build(
      InetSocketAddress address,
      ListenerConfig config,
      Admission admission,
      MeterRegistry meters,
      Reloads reloads,
      Consumer<ServerBuilder> services) {
    ServerBuilder builder =
        Server.builder()
            .requestTimeout(config.requestTimeout())
            .idleTimeout(config.idleTimeout())
            .maxNumConnections(config.maxConnections())
            .childChannelPipelineCustomizer(
                new ConnectionShare(config.maxConnectionsPerAddress())
                    .andThen(RequestFraming::watch))
            .maxRequestLength(config.maxRequestBytes())
            .gracefulShutdownTimeout(QUIET, DRAIN)
            .connectionDrainDuration(QUIET)
            .unloggedExceptionsReportInterval(Duration.ZERO) // ProblemErrorHandler logs them
            .disableServerHeader()
            .setHeaders(SecurityHeaders.ALL);
    if (config.tls().isPresent()) {
      TlsFiles tls = TlsFiles.read(config.tls(), config.tls().clientCa());
      tls.secure(builder.https(address));
      AccessMetrics.bind(meters, tls);
      reloads.each(tls::reload);
    } else {
      builder.http(address);
    }
    services.accept(builder);
    config.tokens().ifPresent(file -> guard(builder, file, config, admission, meters, reloads));
    // Decorators added later run earlier: a preflight request has no token.
    builder.decorator(new CrossOrigin(config.cors()));
    if (config.isOnLoopback() && !config.insecure()) {
      builder.decorator(new LoopbackHostOnly());
    }
    return builder.errorHandler(new ProblemErrorHandler()).build();
  }

  private static void guard(
      ServerBuilder builder,
      Path file,
      ListenerConfig config,
      Admission admission,
      MeterRegistry meters,
      Reloads reloads) {
    Tokens tokens = Tokens.read(file);
    AccessMetrics metrics = new AccessMetrics(meters, tokens);
    AccessJournal journal = new AccessJournal(admission.record(), admission.clock());
    reloads.each(
        () -> {
          Tokens.Reload outcome = tokens.reload();
          metrics.reloaded(outcome);
          journal.reloaded(outcome, tokens.size());
        });
    SessionCookie cookie = new SessionCookie(config.tls().isPresent());
    Sessions sessions = new Sessions(tokens);
    Gatekeeper gatekeeper =
        new Gatekeeper(
            rules(config, admission),
            tokens,
            sessions,
            cookie,
            new FailureLimit(FAILURES_PER_SECOND, System::nanoTime),
            journal,
            metrics,
            admission.clock());
    if (admission.pages()) {
      new LoginPage(gatekeeper, sessions, cookie, admission.clock()).routes(builder);
    }
    builder.http1MaxHeaderSize(MAX_HEADER_BYTES).decorator(gatekeeper);
  }

  private static AccessRules rules(ListenerConfig config, Admission admission) {
    boolean openMetrics = config.isOnLoopback() || config.openMetrics();
    return (method, route) ->
        switch (route) {
          case ProcessRoutes.LIVE, ProcessRoutes.READY -> Access.OPEN;
          case ProcessRoutes.METRICS -> openMetrics ? Access.OPEN : Access.PROCESS;
          case "/login", "/login.css", "/login.svg", "/logout" ->
              admission.pages() ? Access.OPEN : admission.rules().of(method, route);
          default -> admission.rules().of(method, route);
        };
  }

  /**
   * Drains, and returns when the port is free and no connection is left. Armeria would wait two
   * more seconds for its acceptor thread.
   */
  private static void stop(Server server) throws InterruptedException {
    CompletableFuture<Void> stopped = server.stop();
    while (!stopped.isDone() && (!server.activePorts().isEmpty() || server.numConnections() > 0)) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static RuntimeException notBound(ListenerConfig config, CompletionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String text = String.valueOf(cause.getMessage());
    if (cause instanceof BindException && text.contains("in use")) {
      return new PortInUseException(config.host(), config.port(), cause);
    }
    return new EnvironmentException(
        "cannot listen on " + config.host() + ":" + config.port() + ": " + text, cause);
  }
}
