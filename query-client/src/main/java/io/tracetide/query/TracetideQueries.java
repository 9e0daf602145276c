package io.tracetide.query;

import io.tracetide.query.answer.Anomaly;
import io.tracetide.query.answer.AnomalyJudgement;
import io.tracetide.query.answer.AnomalyList;
import io.tracetide.query.answer.AuditPage;
import io.tracetide.query.answer.AuditVerification;
import io.tracetide.query.answer.DetectionWarmUp;
import io.tracetide.query.answer.FleetDashboard;
import io.tracetide.query.answer.IncidentList;
import io.tracetide.query.answer.InstanceList;
import io.tracetide.query.answer.MetricsChange;
import io.tracetide.query.answer.ObjectiveBudgets;
import io.tracetide.query.answer.ServiceList;
import io.tracetide.query.answer.Trace;
import io.tracetide.query.answer.TracePage;
import io.tracetide.query.answer.WindowAnalytics;
import io.tracetide.query.answer.WorkflowContracts;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Queries of one processor, over HTTP and WebSockets, and feedback on its anomalies. Every instance
 * of a processor answers for all of them. Thread-safe. A method blocks until the answer is
 * complete, and throws {@link QueryException} when there is none. An answer without the data of
 * some instances is {@code partial} and names the missing ones.
 *
 * <pre>{@code
 * try (TracetideQueries queries =
 *     TracetideQueries.builder("http://127.0.0.1:8080").token(token).build()) {
 *   Dashboard dashboard = queries.dashboard(Query.last(Duration.ofMinutes(15)));
 * }
 * }</pre>
 */
public final class TracetideQueries implements AutoCloseable {
  private static final String FEEDBACK = "/alerting/api/v2/feedback";
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final HttpApi api;
  private final Duration liveSilence;
  private final Set<LiveQuery<?>> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "tracetide-live");
            thread.setDaemon(true);
            return thread;
          });

  private TracetideQueries(Builder builder) {
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .connectTimeout(builder.connectTimeout)
            .followRedirects(HttpClient.Redirect.NEVER);
    if (builder.tls != null) {
      http.sslContext(builder.tls);
    }
    api =
        new HttpApi(
            http.build(),
            builder.base,
            Optional.ofNullable(builder.token),
            builder.requestTimeout,
            builder.maxAnswerBytes);
    liveSilence = builder.liveSilence;
  }

  /**
   * Begins a client.
   *
   * @param processor scheme, host and port, such as {@code https://tracetide.example:8080}
   * @throws IllegalArgumentException when it is not an address of http or https
   */
  public static Builder builder(String processor) {
    return new Builder(processor);
  }

  /** Services with their rates, latencies and open anomalies. */
  public FleetDashboard dashboard(Query query) {
    return api.get("/monitoring/dashboard", query, FleetDashboard.class);
  }

  /** Windows of services, operations and metrics. */
  public WindowAnalytics analytics(Query query) {
    return api.get("/monitoring/analytics", query, WindowAnalytics.class);
  }

  /** Anomalies, newest first. */
  public AnomalyList anomalies(Query query) {
    return api.get("/monitoring/anomalies", query, AnomalyList.class);
  }

  /** Incidents, newest first. */
  public IncidentList incidents(Query query) {
    return api.get("/monitoring/incidents", query, IncidentList.class);
  }

  /** Names of services, operations and metrics. */
  public ServiceList services(Query query) {
    return api.get("/monitoring/services", query, ServiceList.class);
  }

  /** The warm-up of the detectors. */
  public DetectionWarmUp detection(Query query) {
    return api.get("/monitoring/detection", query, DetectionWarmUp.class);
  }

  /** The error budgets of objectives. */
  public ObjectiveBudgets objectives(Query query) {
    return api.get("/monitoring/objectives", query, ObjectiveBudgets.class);
  }

  /** The contracts of workflows that apply to the tenants of the token, or to one of them. */
  public WorkflowContracts contracts(Query query) {
    return api.get("/monitoring/contracts", query, WorkflowContracts.class);
  }

  /** The instances of the processor, with their partitions and lag. */
  public InstanceList instances() {
    return api.get("/monitoring/instances", Query.ALL, InstanceList.class);
  }

  /** The newest page of the audit trail, or the one after a page: {@code with("cursor", …)}. */
  public AuditPage auditPage(Query query) {
    return api.get("/monitoring/audit", query, AuditPage.class);
  }

  /** All entries of the audit trail, newest first, page by page. */
  public Stream<AuditPage.Entry> audit(Query query) {
    PageIterator<AuditPage> pages = new PageIterator<>(this::auditPage, AuditPage::cursor, query);
    return stream(pages).flatMap(page -> page.entries().stream());
  }

  /** Whether the chains of the audit trail are unchanged. */
  public AuditVerification auditVerification() {
    return api.get("/monitoring/audit/verification", Query.ALL, AuditVerification.class);
  }

  /** The first page of traces, or the one after a page: {@code with("cursor", page.cursor())}. */
  public TracePage tracePage(Query query) {
    return api.get("/monitoring/traces", query, TracePage.class);
  }

  /** All pages of traces, each requested when it is reached. A page may be partial. */
  public Iterable<TracePage> tracePages(Query query) {
    return () -> new PageIterator<>(this::tracePage, TracePage::cursor, query);
  }

  /**
   * All traces, page by page. The stream fails with a {@link QueryException} at a page without the
   * data of some instances, which it could not show otherwise; {@link #tracePages} returns what is
   * there.
   */
  public Stream<Trace> traces(Query query) {
    return stream(new PageIterator<>(this::tracePage, TracePage::cursor, query))
        .flatMap(
            page -> {
              if (page.partial()) {
                throw QueryException.unanswered(
                    "traces of these instances are missing: " + String.join(", ", page.missing()),
                    null);
              }
              return page.traces().stream();
            });
  }

  private static <P> Stream<P> stream(PageIterator<P> pages) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(pages, Spliterator.ORDERED), false);
  }

  /** A trace of the tenants of the token, with its events and spans; empty when it is not known. */
  public Optional<Trace> trace(String traceId) {
    return trace(traceId, Query.ALL);
  }

  /** The same of one tenant. */
  public Optional<Trace> trace(String tenant, String traceId) {
    return trace(traceId, Query.ALL.tenant(tenant));
  }

  private Optional<Trace> trace(String traceId, Query query) {
    try {
      return Optional.of(
          api.get("/monitoring/traces/" + Query.encoded(traceId), query, Trace.class));
    } catch (QueryException e) {
      if (e.status() == 404 && e.title().equals("Unknown trace")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Feedback on anomalies, newest first, of the tenants of the token or of one of them. It has the
   * parameters {@link Query#tenant}, {@link Query#state}, {@link Query#fingerprint} and {@link
   * Query#limit}.
   */
  public List<AnomalyJudgement> feedback(Query query) {
    return List.of(api.get(FEEDBACK, query, AnomalyJudgement[].class));
  }

  /**
   * Judges the anomaly of an alert that is not resolved, or was resolved a short time ago. Requires
   * an admin token. After a failure that {@link QueryException#isTemporary} it may have been given.
   *
   * @return the id of the judgement
   */
  public String giveFeedback(String tenant, String fingerprint, FeedbackOrder order) {
    return api.post(
            "/alerting/api/v2/alerts/" + Query.encoded(fingerprint) + "/feedback",
            Query.ALL.tenant(tenant),
            order.json(),
            GivenId.class)
        .id();
  }

  /**
   * Withdraws a judgement, after which an earlier one holds again. Requires an admin token. It has
   * no effect on one that is withdrawn.
   *
   * @param by who withdraws it
   */
  public void withdrawFeedback(String tenant, String id, String by) {
    api.delete(FEEDBACK + "/" + Query.encoded(id), Query.ALL.tenant(tenant).with("by", by));
  }

  /** Answer to feedback. */
  private record GivenId(String id) {}

  /** Sends the changes of windows to a listener, until it is closed. */
  public LiveSubscription liveMetrics(Query query, LiveListener<MetricsChange> listener) {
    return live(LiveKind.METRICS, query, listener);
  }

  /** Sends anomalies to a listener, in each revision, until it is closed. */
  public LiveSubscription liveAnomalies(Query query, LiveListener<List<Anomaly>> listener) {
    return live(LiveKind.ANOMALIES, query, listener);
  }

  /** Sends the changes of traces to a listener, until it is closed. */
  public LiveSubscription liveTraces(Query query, LiveListener<List<Trace>> listener) {
    return live(LiveKind.TRACES, query, listener);
  }

  private <T> LiveSubscription live(LiveKind<T> topic, Query query, LiveListener<T> listener) {
    LiveSubscriptionEnd end = new LiveSubscriptionEnd();
    LiveQuery<T> live =
        new LiveQuery<>(
            api,
            topic,
            query,
            listener,
            timer,
            liveSilence,
            new ReconnectPause(FIRST_PAUSE, LONGEST_PAUSE, RandomGenerator.getDefault()),
            end);
    end.query = live;
    open.add(live);
    live.start();
    return live;
  }

  /** Forgets a subscription that has ended. */
  private final class LiveSubscriptionEnd implements Runnable {
    private @Nullable LiveQuery<?> query;

    @Override
    public void run() {
      LiveQuery<?> ended = query;
      if (ended != null) {
        open.remove(ended);
      }
    }
  }

  /** Ends all live queries. */
  @Override
  public void close() {
    List.copyOf(open).forEach(LiveQuery::close);
    timer.shutdownNow();
  }

  /** Settings of a client. */
  public static final class Builder {
    private final String base;
    private @Nullable Supplier<String> token;
    private @Nullable SSLContext tls;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private Duration liveSilence = Duration.ofSeconds(60);
    private int maxAnswerBytes = 64 << 20;

    private Builder(String processor) {
      URI uri = URI.create(processor);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!web
          || uri.getHost() == null
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null
          || uri.getRawUserInfo() != null) {
        throw new IllegalArgumentException(
            "expected the address of a processor, such as http://127.0.0.1:8080");
      }
      base = processor.replaceFirst("/+$", "");
    }

    /** A token of class query or admin. */
    public Builder token(String token) {
      return token(() -> token);
    }

    /** A token that may change; called for each request. */
    public Builder token(Supplier<String> tokens) {
      token = tokens;
      return this;
    }

    /**
     * Trusts only these certificates, and those that they have signed.
     *
     * @param pem file with certificates in PEM
     * @throws IllegalArgumentException when it has none
     */
    public Builder trust(Path pem) {
      return tls(TrustedCertificates.of(pem));
    }

    /** Settings of TLS, such as a trust store or a certificate of the client. */
    public Builder tls(SSLContext context) {
      tls = context;
      return this;
    }

    /** How long a connection may take; 5 s unless set. */
    public Builder connectTimeout(Duration timeout) {
      connectTimeout = positive(timeout);
      return this;
    }

    /** How long an answer may take; 30 s unless set. */
    public Builder requestTimeout(Duration timeout) {
      requestTimeout = positive(timeout);
      return this;
    }

    /**
     * Time without any message after which the connection of a live query counts as lost; 60 s
     * unless set. It must be longer than the heartbeat of the processor.
     */
    public Builder liveSilence(Duration time) {
      liveSilence = positive(time);
      return this;
    }

    /** Most bytes of an answer, uncompressed; 64 MiB unless set. */
    public Builder maxAnswerBytes(int bytes) {
      if (bytes < 1 || bytes == Integer.MAX_VALUE) {
        throw new IllegalArgumentException("maxAnswerBytes must be positive, got " + bytes);
      }
      maxAnswerBytes = bytes;
      return this;
    }

    private static Duration positive(Duration time) {
      if (time.isZero() || time.isNegative()) {
        throw new IllegalArgumentException("a time must be positive, got " + time);
      }
      return time;
    }

    public TracetideQueries build() {
      return new TracetideQueries(this);
    }
  }
}
