package io.tracetide.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.ChannelSamples.Sample;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.email.SmtpStub;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.ConfiguredLinks;
import io.tracetide.alert.message.LinksConfig;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Notification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every channel connects to the address of its settings only: neither to the target of a redirect
 * nor to an address in an alert. All forms of addresses below lead to a canary on this machine, or
 * to the metadata of a cloud, for a client that would follow them.
 */
class ForeignAddressesTest {

  /** Accepts connections on all addresses of this machine, and counts them. */
  private static final class Canary implements AutoCloseable {
    private final ServerSocket server;
    private final AtomicInteger hits = new AtomicInteger();

    Canary() {
      try {
        server = new ServerSocket(0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Thread thread = new Thread(this::accept, "canary");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept() {
      while (true) {
        try (Socket unused = server.accept()) {
          hits.incrementAndGet();
        } catch (IOException closed) {
          return;
        }
      }
    }

    String port() {
      return Integer.toString(server.getLocalPort());
    }

    /** Connections so far; a last one of this method shows that the canary still counts. */
    int hits() {
      int before = hits.get();
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
        while (hits.get() == before) {
          Thread.sleep(1);
        }
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return before;
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** With {@code :@} for the port of the canary. All are ASCII, as a header must be. */
  private static final List<String> FORMS =
      List.of(
          "http://127.0.0.1:@/",
          "https://127.0.0.1:@/",
          "http://localhost:@/",
          "http://2130706433:@/",
          "http://0x7f000001:@/",
          "http://017700000001:@/",
          "http://0177.0.0.1:@/",
          "http://0x7f.0.0.1:@/",
          "http://127.1:@/",
          "http://127.0.1:@/",
          "http://0.0.0.0:@/",
          "http://0:@/",
          "http://[::1]:@/",
          "http://[0:0:0:0:0:0:0:1]:@/",
          "http://[::ffff:127.0.0.1]:@/",
          "http://[::ffff:7f00:1]:@/",
          "http://[::127.0.0.1]:@/",
          "http://hooks.example.com@127.0.0.1:@/",
          "http://hooks.example.com:80@127.0.0.1:@/",
          "http://127.0.0.1:@\\@hooks.example.com/",
          "http://127.0.0.1:@#@hooks.example.com/",
          "http://127.0.0.1:@?@hooks.example.com/",
          "//127.0.0.1:@/",
          "\\\\127.0.0.1:@\\share",
          "http:127.0.0.1:@",
          "HTTP://127.0.0.1:@/",
          "http://169.254.169.254/latest/meta-data/",
          "http://2852039166/latest/meta-data/",
          "http://[::ffff:169.254.169.254]/latest/meta-data/",
          "http://[fd00:ec2::254]/latest/meta-data/",
          "file:///etc/passwd",
          "file://127.0.0.1:@/etc/passwd",
          "gopher://127.0.0.1:@/_GET%20/",
          "jar:http://127.0.0.1:@/a.jar!/a",
          "ftp://127.0.0.1:@/a",
          "ldap://127.0.0.1:@/a",
          "dict://127.0.0.1:@/a",
          "${jndi:ldap://127.0.0.1:@/a}",
          "data:text/html,<img src=http://127.0.0.1:@/>",
          "<img src=\"http://127.0.0.1:@/\">");

  private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 305, 307, 308);

  private final Canary canary = new Canary();
  private final SmtpStub smtp = new SmtpStub();

  static Stream<Sample> samples() {
    // Each test replaces the addresses by those of its own servers.
    return ChannelSamples.all("http://stub", 1, "20s").stream();
  }

  static Stream<Sample> http() {
    return samples().filter(Sample::isHttp);
  }

  static Stream<Sample> connecting() {
    return samples().filter(sample -> sample.yaml().contains("allowPrivate"));
  }

  @AfterEach
  void close() {
    canary.close();
    smtp.close();
  }

  @ParameterizedTest
  @MethodSource("http")
  void shouldNotFollowRedirects(Sample sample) {
    try (StubEndpoint endpoint =
            new StubEndpoint(
                (n, exchange) -> {
                  exchange.getResponseHeaders().set("Location", form(n));
                  exchange.sendResponseHeaders(REDIRECTS.get(n % REDIRECTS.size()), -1);
                });
        Channel channel = open(sample, endpoint)) {
      for (int i = 0; i < FORMS.size(); i++) {
        assertThat(channel.deliver(message("")))
            .as(FORMS.get(i))
            .isInstanceOfSatisfying(
                Rejected.class,
                rejected -> assertThat(rejected.reason()).isEqualTo(FailureReason.REDIRECTED));
      }
      assertThat(endpoint.posts()).hasSize(FORMS.size());
    }
    assertThat(canary.hits()).isZero();
  }

  @ParameterizedTest
  @MethodSource("http")
  void shouldNotFollowOtherHeadersAndBodies(Sample sample) {
    List<Integer> statuses = List.of(200, 201, 401, 407, 429, 503);
    try (StubEndpoint endpoint =
            new StubEndpoint(
                (n, exchange) -> {
                  String target = form(0);
                  var headers = exchange.getResponseHeaders();
                  headers.set("Location", target);
                  headers.set("Content-Location", target);
                  headers.set("Refresh", "0; url=" + target);
                  headers.set("Link", "<" + target + ">; rel=preload");
                  headers.set("Alt-Svc", "h2=\"127.0.0.1:" + canary.port() + "\"; persist=1");
                  headers.set("WWW-Authenticate", "Bearer authorization_uri=\"" + target + "\"");
                  headers.set("Proxy-Authenticate", "Basic realm=\"" + target + "\"");
                  byte[] body =
                      ("{\"ok\":true,\"url\":\"" + target + "\"}")
                          .getBytes(StandardCharsets.US_ASCII);
                  exchange.sendResponseHeaders(statuses.get(n % statuses.size()), body.length);
                  exchange.getResponseBody().write(body);
                });
        Channel channel = open(sample, endpoint)) {
      for (int i = 0; i < 2 * statuses.size(); i++) {
        channel.deliver(message(""));
      }
      assertThat(endpoint.posts()).isNotEmpty();
    }
    assertThat(canary.hits()).isZero();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldNotRequestAddressesOfAlerts(Sample sample) {
    try (StubEndpoint endpoint =
            StubEndpoint.answeringWith("{\"ok\":true,\"channel\":\"C1\",\"ts\":\"1.2\"}", 200);
        Channel channel = open(sample, endpoint)) {
      for (int i = 0; i < FORMS.size(); i++) {
        channel.deliver(message(form(i)));
      }
      if (sample.isHttp()) {
        assertThat(endpoint.posts()).hasSizeGreaterThanOrEqualTo(FORMS.size());
      }
    }
    assertThat(canary.hits()).isZero();
  }

  /** A channel that connects somewhere refuses the addresses of this machine by default. */
  @ParameterizedTest
  @MethodSource("connecting")
  void shouldRefusePrivateAddressesUnlessTheyAreAllowed(Sample sample) {
    Sample strict = sample.with("allowPrivate: true", "allowPrivate: false");
    for (String host :
        List.of("127.0.0.1", "localhost", "2130706433", "127.1", "[::1]", "[::ffff:127.0.0.1]")) {
      Sample addressed =
          strict.with("host: 127.0.0.1", "host: '" + host.replaceAll("[\\[\\]]", "") + "'");
      try (Channel channel =
          open(addressed, "http://" + host + ":" + canary.port(), canary.port())) {
        assertThat(channel.deliver(message("")))
            .as(host)
            .isInstanceOfSatisfying(
                Rejected.class,
                rejected -> assertThat(rejected.reason()).isEqualTo(FailureReason.BLOCKED_ADDRESS));
      } catch (ConfigException refused) {
        assertThat(host).as("no host of a URL").isIn("2130706433", "127.1");
      }
    }
    assertThat(canary.hits()).isZero();
  }

  private Channel open(Sample sample, StubEndpoint endpoint) {
    return open(sample, endpoint.url(""), Integer.toString(smtp.port()));
  }

  private static Channel open(Sample sample, String url, String smtpPort) {
    return sample
        .with("http://stub", url)
        .with("port: 1", "port: " + smtpPort)
        .config()
        .open(ChannelSamples.context());
  }

  private String form(int n) {
    return FORMS.get(n % FORMS.size()).replace(":@", ":" + canary.port());
  }

  /** A message with an address in every text that an alert determines. */
  private static AlertMessage message(String address) {
    LinksConfig links =
        new LinksConfig(
            "",
            "https://tracetide.example/{service}?team={team}",
            "https://tracetide.example/{traceId}?tenant={tenant}",
            "https://tracetide.example/{alertname}",
            Secret.NONE,
            Duration.ofDays(1));
    Notification notification = Notifications.of("ops", 1, Anomalies.open("fp").build());
    if (!address.isEmpty()) {
      notification = with(notification, address);
    }
    return new MessageBuilder(new ConfiguredLinks(links)).build(notification);
  }

  private static Notification with(Notification notification, String address) {
    Map<String, String> labels = new HashMap<>();
    for (String name : List.of("alertname", "service", "operation", "instance", "team", "url")) {
      labels.put(name, address);
    }
    Map<String, String> annotations = new HashMap<>();
    for (String name :
        List.of(
            "summary",
            "description",
            "runbook_url",
            "dashboard_url",
            "image",
            "image_url",
            "imageURL",
            "icon_url",
            "thumb_url",
            "__dashboardUid__",
            "__value_string__",
            "webhook_url",
            "callback")) {
      annotations.put(name, address);
    }
    Alert alert =
        Alert.newBuilder(notification.getAlerts().get(0))
            .setLabels(labels)
            .setAnnotations(annotations)
            .setGeneratorUrl(address)
            .setAnomaly(
                Anomalies.open("fp")
                    .setSummary(address)
                    .setServiceName(address)
                    .setExemplars(new Exemplars(address, address, address))
                    .build())
            .build();
    return Notification.newBuilder(notification)
        .setTenantId(address)
        .setGroupKey(address)
        .setAlerts(List.of(alert))
        .setGroupLabels(labels)
        .build();
  }
}
