package io.tracetide.processor.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import io.tracetide.runtime.access.Caller;
import io.tracetide.runtime.http.Callers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The dashboard page: a fixed list of files, read once at the start. A request's path only ever
 * chooses one of them, so there is no path to traverse.
 *
 * <p>The files are the same for all callers. Browsers must not store the page: they would show its
 * last content after a user has signed out.
 */
public final class DashboardPage implements Consumer<ServerBuilder> {
  private static final String OURS = "/io/tracetide/processor/dashboard/";
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final MediaType SCRIPT =
      MediaType.create("text", "javascript").withParameter("charset", "utf-8");
  private static final MediaType STYLE = MediaType.CSS_UTF_8;

  /** Content from this server only, nothing inline, and no frames around the page. */
  private static final String CONTENT_POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors"
          + " 'none'";

  /** Where the name of the signed-in token is inserted. */
  private static final String ACCOUNT = "<!-- account -->";

  private static final String SIGN_OUT =
      "<form class=\"account\" method=\"post\" action=\"/logout\"><span>%s</span><button"
          + " type=\"submit\">Sign out</button></form>";

  /** The files of the page, below {@code /dashboard/}. A test compares them with the directory. */
  static final List<String> OWN_FILES =
      List.of(
          "api/alerts.js",
          "api/client.js",
          "api/monitoring.js",
          "api/types.js",
          "chart/chart.js",
          "chart/colour.js",
          "chart/marks.js",
          "chart/spark.js",
          "chart/table.js",
          "chart/ticks.js",
          "chart/tip.js",
          "core/dom.js",
          "core/format.js",
          "core/frame.js",
          "core/preferences.js",
          "core/range.js",
          "core/rangepicker.js",
          "core/refresher.js",
          "core/router.js",
          "core/status.js",
          "core/toolbar.js",
          "core/view.js",
          "icon.svg",
          "live/live.js",
          "live/windows.js",
          "main.js",
          "part/acknowledge.js",
          "part/alertstate.js",
          "part/author.js",
          "part/feedback.js",
          "part/silence.js",
          "part/tracelist.js",
          "style/base.css",
          "style/docs.css",
          "style/frame.css",
          "style/parts.css",
          "style/trace.css",
          "style/views.css",
          "theme.js",
          "views/about/instances.js",
          "views/about/view.js",
          "views/alerts/alert.js",
          "views/alerts/groups.js",
          "views/alerts/outcomes.js",
          "views/alerts/silences.js",
          "views/alerts/view.js",
          "views/alerts/words.js",
          "views/anomalies/actions.js",
          "views/anomalies/card.js",
          "views/anomalies/feature.js",
          "views/anomalies/incident.js",
          "views/anomalies/list.js",
          "views/anomalies/timeline.js",
          "views/anomalies/view.js",
          "views/audit/entries.js",
          "views/audit/search.js",
          "views/audit/verification.js",
          "views/audit/view.js",
          "views/fleet/columns.js",
          "views/fleet/empty.js",
          "views/fleet/incidents.js",
          "views/fleet/row.js",
          "views/fleet/table.js",
          "views/fleet/totals.js",
          "views/fleet/view.js",
          "views/service/alerts.js",
          "views/service/anomalies.js",
          "views/service/charts.js",
          "views/service/head.js",
          "views/service/operations.js",
          "views/service/view.js",
          "views/trace/breaches.js",
          "views/trace/events.js",
          "views/trace/head.js",
          "views/trace/steps.js",
          "views/trace/text.js",
          "views/trace/tree.js",
          "views/trace/view.js",
          "views/trace/waterfall.js",
          "views/workflows/breaches.js",
          "views/workflows/contracts.js",
          "views/workflows/filter.js",
          "views/workflows/pending.js",
          "views/workflows/steps.js",
          "views/workflows/view.js",
          "views/workflows/waiting.js");

  private static final Map<String, MediaType> TYPES =
      Map.of("js", SCRIPT, "css", STYLE, "svg", MediaType.SVG_UTF_8);

  private record Source(String path, String resource) {
    MediaType type() {
      return Objects.requireNonNull(TYPES.get(path.substring(path.lastIndexOf('.') + 1)));
    }
  }

  private static List<Source> files() {
    List<Source> files = new ArrayList<>();
    OWN_FILES.forEach(name -> files.add(new Source("/dashboard/" + name, OURS + name)));
    files.add(new Source("/dashboard/uplot.js", UPLOT + "uPlot.esm.js"));
    files.add(new Source("/dashboard/uplot.css", UPLOT + "uPlot.min.css"));
    return files;
  }

  @Override
  public void accept(ServerBuilder server) {
    String page = new String(read(OURS + "index.html"), UTF_8);
    server
        .route()
        .path("/")
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .decorator(Compression.of("Cookie, Accept-Encoding"))
        .build((context, request) -> page(page, Callers.of(context)));
    for (Source file : files()) {
      byte[] content = read(file.resource());
      String tag = '"' + sha256(content) + '"';
      // Stored by the browser and revalidated with each load, so that an upgrade is visible at
      // once.
      new StaticFile(file.type(), tag, "no-cache", CONTENT_POLICY)
          .serve(server, file.path(), content);
    }
  }

  /** The page, with a button to sign out when the caller has signed in. */
  private static HttpResponse page(String page, Caller caller) {
    String account = caller.token().map(name -> SIGN_OUT.formatted(name)).orElse("");
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.HTML_UTF_8)
            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_POLICY)
            .build(),
        HttpData.ofUtf8(page.replace(ACCOUNT, account)));
  }

  private static byte[] read(String resource) {
    try (InputStream in = DashboardPage.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
