package io.tracetide.runtime.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpResponse;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Configured;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.http.tls.TestCertificates.Issued;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TLS as callers meet it, over real sockets. */
class TlsListenerTest {
  private static final int ALERT = 21;
  private static final int PROTOCOL_VERSION = 70;
  private static final Instant TOMORROW = Instant.now().plus(Duration.ofDays(1));

  /** Outlives the listeners, which look at their files until the end. */
  @TempDir private static Path shared;

  private Path directory = Path.of("");

  private final TestCertificates authority = new TestCertificates("authority");
  private static final List<Listener> LISTENERS = new CopyOnWriteArrayList<>();

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private Path trusted = Path.of("");
  private Issued server = new Issued(Path.of(""), Path.of(""));

  @BeforeEach
  void issue() throws IOException {
    directory = Files.createTempDirectory(shared, "tls");
    trusted = authority.write(directory);
    server = authority.issue(directory, "server", TOMORROW);
  }

  /** Closing one that had callers takes a second, so all of them are closed together. */
  @AfterAll
  static void close() {
    LISTENERS.parallelStream().forEach(Listener::close);
  }

  private Listener start(String more) {
    ListenerConfig config =
        Configured.listener(
            "reloadInterval: 20ms, tls: {certificate: '%s', key: '%s'%s}"
                .formatted(server.certificate(), server.key(), more));
    Listener listener =
        Listener.start(
            config,
            new Health(),
            meters,
            routes -> routes.service("/work", (ctx, request) -> HttpResponse.of("done")));
    LISTENERS.add(listener);
    return listener;
  }

  private Listener start() {
    return start("");
  }

  private static HttpClient client(SSLContext tls) {
    return HttpClient.newBuilder().sslContext(tls).connectTimeout(Duration.ofSeconds(5)).build();
  }

  private static java.net.http.HttpResponse<String> get(HttpClient client, Listener listener)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(listener.url() + "/work"))
            .timeout(Duration.ofSeconds(5))
            .build(),
        BodyHandlers.ofString());
  }

  private static SSLContext showing(Path trusted, Issued own) throws Exception {
    TlsFiles files =
        TlsFiles.read(
            new TlsConfig(Optional.of(own.certificate()), Optional.of(own.key()), Optional.empty()),
            Optional.empty());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {files.identity()},
        new TrustManager[] {new Trust(PemFiles.certificates(trusted, Files.readAllBytes(trusted)))},
        null);
    return context;
  }

  @Test
  void shouldServeOverTls12And13AndHttp2() throws Exception {
    Listener listener = start();

    java.net.http.HttpResponse<String> answer = get(client(TlsClients.trusting(trusted)), listener);

    assertThat(listener.url()).startsWith("https://127.0.0.1:");
    assertThat(answer.body()).isEqualTo("done");
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(answer.sslSession()).get().extracting(s -> s.getProtocol()).isEqualTo("TLSv1.3");
    try (Socket socket =
        TlsClients.trusting(trusted)
            .getSocketFactory()
            .createSocket("127.0.0.1", listener.port())) {
      SSLSocket secure = (SSLSocket) socket;
      secure.setEnabledProtocols(new String[] {"TLSv1.2"});
      secure.startHandshake();
      assertThat(secure.getSession().getProtocol()).isEqualTo("TLSv1.2");
    }
    assertThat(meters.scrape()).contains("tracetide_listener_certificate_expires_seconds");
  }

  @Test
  void shouldRefuseAmbiguousRequestsOverTlsAsWell() throws Exception {
    Listener listener = start();
    try (Socket socket =
        TlsClients.trusting(trusted)
            .getSocketFactory()
            .createSocket("127.0.0.1", listener.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              ("POST /work HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                  .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));

      assertThat(
              new String(
                  readAll(socket.getInputStream()), java.nio.charset.StandardCharsets.ISO_8859_1))
          .startsWith("HTTP/1.1 400 ")
          .doesNotContain("done");
    }
  }

  /** A hello written by hand: this JDK would not even offer such versions. */
  @ParameterizedTest
  @CsvSource({"1.0, 1", "1.1, 2"})
  void shouldRefuseOldVersions(String name, int minor) throws Exception {
    Listener listener = start();
    byte[] random = new byte[32];
    int[] suites = {0xc009, 0xc00a, 0xc013, 0xc014, 0x002f, 0x0035};
    ByteBuffer hello = ByteBuffer.allocate(256);
    hello.put((byte) 3).put((byte) minor).put(random).put((byte) 0);
    hello.putShort((short) (suites.length * 2));
    for (int suite : suites) {
      hello.putShort((short) suite);
    }
    hello.put((byte) 1).put((byte) 0);
    // Curves and point formats, without which no elliptic suite is offered.
    byte[] extensions = {0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0};
    hello.putShort((short) extensions.length).put(extensions);
    int length = hello.position();
    ByteBuffer record = ByteBuffer.allocate(9 + length);
    record.put((byte) 22).put((byte) 3).put((byte) 1).putShort((short) (length + 4));
    record.put((byte) 1).put((byte) 0).putShort((short) length).put(hello.array(), 0, length);

    try (Socket socket = new Socket("127.0.0.1", listener.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(record.array());
      byte[] answer = readAll(socket.getInputStream());
      assertThat(answer).as(name).hasSizeGreaterThanOrEqualTo(7);
      assertThat(answer[0]).isEqualTo((byte) ALERT);
      assertThat(answer[6]).isEqualTo((byte) PROTOCOL_VERSION);
    }
  }

  @Test
  void shouldAnswerNothingToPlainHttp() throws Exception {
    Listener listener = start();

    try (Socket socket = new Socket("127.0.0.1", listener.port())) {
      socket.setSoTimeout(5_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(readAll(socket.getInputStream()), StandardCharsets.ISO_8859_1))
          .doesNotContain("HTTP/1.1 200", "done");
    }
    assertThat(get(client(TlsClients.trusting(trusted)), listener).statusCode()).isEqualTo(200);
  }

  private static byte[] readAll(InputStream in) throws IOException {
    try {
      return in.readAllBytes();
    } catch (SocketException reset) {
      return new byte[0];
    }
  }

  @Test
  void shouldNotBeTrustedWithAnExpiredCertificateOrAnotherAuthority() throws Exception {
    server = authority.issue(directory, "expired", Instant.now().minus(Duration.ofHours(1)));
    Listener expired = start();
    server = new TestCertificates("stranger").issue(directory, "strange", TOMORROW);
    Listener strange = start();
    HttpClient client = client(TlsClients.trusting(trusted));

    assertThatThrownBy(() -> get(client, expired)).isInstanceOf(SSLException.class);
    assertThatThrownBy(() -> get(client, strange)).isInstanceOf(SSLException.class);
  }

  @Test
  void shouldServeOnlyCallersWithACertificateOfItsAuthority() throws Exception {
    Listener listener = start(", clientCa: '" + trusted + "'");
    Issued good = authority.issue(directory, "caller", TOMORROW);
    Issued old = authority.issue(directory, "late", Instant.now().minus(Duration.ofHours(1)));
    Issued strange = new TestCertificates("stranger").issue(directory, "odd", TOMORROW);

    assertThat(get(client(showing(trusted, good)), listener).statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> get(client(TlsClients.trusting(trusted)), listener))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get(client(showing(trusted, old)), listener))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get(client(showing(trusted, strange)), listener))
        .isInstanceOf(IOException.class);
  }

  @Test
  void shouldConnectToItselfWithAnyHostNameInItsCertificate() throws Exception {
    Listener listener = start(", clientCa: '" + trusted + "'");
    TlsConfig own =
        new TlsConfig(
            Optional.of(server.certificate()), Optional.of(server.key()), Optional.empty());

    assertThat(get(client(TlsClients.itself(own)), listener).statusCode()).isEqualTo(200);

    server = authority.issue(directory, "other", TOMORROW);
    Listener other = start();
    assertThatThrownBy(() -> get(client(TlsClients.itself(own)), other))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void shouldReloadFilesUnderLoadWithoutAFailedRequest() throws Exception {
    Listener listener = start();
    SSLContext tls = TlsClients.trusting(trusted);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    List<String> failed = new CopyOnWriteArrayList<>();
    ExecutorService callers = Executors.newFixedThreadPool(3);
    List<Future<?>> work = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      boolean keepsItsConnection = i == 0;
      work.add(
          callers.submit(
              () -> {
                HttpClient client = client(tls);
                while (!stop.get()) {
                  try {
                    java.net.http.HttpResponse<String> answer = get(client, listener);
                    seen.add(serial(answer));
                    if (answer.statusCode() == 200) {
                      answered.incrementAndGet();
                    } else {
                      failed.add("HTTP " + answer.statusCode());
                    }
                  } catch (IOException e) {
                    failed.add(e.toString());
                  }
                  if (!keepsItsConnection) {
                    client = client(tls);
                  }
                }
                return null;
              }));
    }
    Set<String> issued = new HashSet<>(Set.of(serialOf(server)));
    try {
      for (int i = 0; i < 3; i++) {
        await().until(() -> seen.containsAll(issued));
        Issued next = authority.issue(directory, "next-" + i, TOMORROW);
        issued.add(serialOf(next));
        // The certificate first: for a while the two files do not fit each other.
        Files.copy(next.certificate(), server.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Thread.sleep(60);
        Files.move(next.key(), server.key(), StandardCopyOption.REPLACE_EXISTING);
      }
      await().until(() -> seen.containsAll(issued));
    } finally {
      stop.set(true);
      for (Future<?> each : work) {
        each.get();
      }
      callers.shutdownNow();
    }

    assertThat(failed).isEmpty();
    assertThat(answered).hasValueGreaterThan(20);
    assertThat(seen).isEqualTo(issued);
  }

  private static String serial(java.net.http.HttpResponse<String> answer) throws SSLException {
    X509Certificate shown =
        (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    return shown.getSerialNumber().toString(16);
  }

  private static String serialOf(Issued issued) throws Exception {
    return PemFiles.certificates(issued.certificate(), Files.readAllBytes(issued.certificate()))
        .get(0)
        .getSerialNumber()
        .toString(16);
  }

  @Test
  void shouldKeepServingWhenAFileBecomesInvalid() throws Exception {
    Listener listener = start();
    Files.writeString(server.certificate(), "not a certificate");
    Thread.sleep(100);

    assertThat(get(client(TlsClients.trusting(trusted)), listener).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldTrustOtherCallersOnceTheirAuthorityIsConfigured() throws Exception {
    TestCertificates next = new TestCertificates("next");
    Issued caller = next.issue(directory, "caller", TOMORROW);
    Path callers = Files.copy(trusted, directory.resolve("callers.pem"));
    Listener listener = start(", clientCa: '" + callers + "'");
    assertThatThrownBy(() -> get(client(showing(trusted, caller)), listener))
        .isInstanceOf(IOException.class);

    Files.copy(next.write(directory), callers, StandardCopyOption.REPLACE_EXISTING);

    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(get(client(showing(trusted, caller)), listener).statusCode())
                    .isEqualTo(200));
  }

  @Test
  void shouldReportWhichFileCannotBeUsed() throws Exception {
    Issued other = authority.issue(directory, "other", TOMORROW);
    Path text = Files.writeString(directory.resolve("text.pem"), "hello");
    Path none = directory.resolve("none.pem");

    assertRefused(server.certificate(), other.key(), "it is not the key of");
    assertRefused(text, server.key(), "certificate");
    assertRefused(server.certificate(), text, "it is not a private key");
    assertRefused(none, server.key(), "it cannot be read");
  }

  private static void assertRefused(Path certificate, Path key, String problem) {
    TlsConfig config = new TlsConfig(Optional.of(certificate), Optional.of(key), Optional.empty());

    assertThatThrownBy(() -> TlsFiles.read(config, Optional.empty()))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining(problem)
        .message()
        .hasLineCount(1);
  }

  @Test
  void shouldNoticeAKeyThatOthersCanRead() throws Exception {
    assertThat(PemFiles.isReadableToOthers(server.key())).isFalse();

    Files.setPosixFilePermissions(server.key(), PosixFilePermissions.fromString("rw-r-----"));
    assertThat(PemFiles.isReadableToOthers(server.key())).isTrue();
    assertThat(PemFiles.isReadableToOthers(Path.of("nowhere"))).isFalse();
  }
}
