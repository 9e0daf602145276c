package io.tracetide.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.runtime.health.Health;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a raw socket may send, and whether it reaches a service. */
class RequestFramingTest {

  private static final String HOST = "Host: localhost\r\n";
  private static final String SECRET = "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n";

  private static final Queue<String> SERVED = new ConcurrentLinkedQueue<>();
  private static Listener listener;

  @BeforeAll
  static void start() {
    listener =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            server ->
                server.serviceUnder(
                    "/",
                    (ctx, req) ->
                        HttpResponse.of(
                            req.aggregate()
                                .thenApply(
                                    whole -> {
                                      SERVED.add(
                                          whole.method()
                                              + " "
                                              + whole.path()
                                              + " "
                                              + whole.contentUtf8());
                                      return HttpResponse.of(
                                          HttpStatus.OK, MediaType.PLAIN_TEXT, "served");
                                    }))));
  }

  @AfterAll
  static void stop() {
    listener.close();
  }

  @BeforeEach
  void forget() {
    SERVED.clear();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "POST / HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "content-length:5\r\n\r\n"
            + "0\r\n\r\n",
        "POST / HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: identity\r\n\r\n"
            + "0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Transfer-Encoding : chunked\r\n"
            + "Content-Length: 5\r\n\r\n"
            + "0\r\n\r\n",
        "POST / HTTP/1.1\n"
            + "Host: localhost\n"
            + "Content-Length: 5\n"
            + "Transfer-Encoding: chunked\n\n"
            + "0\r\n\r\n",
        "POST / HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Content-Length: 5\r\n"
            + "Content-Length: 6\r\n\r\n"
            + "hello!",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: 127.0.0.1\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: localhost\r\nX: y\r\nHOST: localhost\r\n\r\n"
      })
  void shouldRefuseAmbiguousRequestsAndClose(String request) throws IOException {
    assertThat(answersTo(request + SECRET))
        .startsWith("HTTP/1.1 400 ")
        .contains("application/problem+json", "connection: close", "\"status\":400")
        .doesNotContain("served");
    assertThat(answersTo(request + SECRET, 1)).startsWith("HTTP/1.1 400 ");
    assertThat(SERVED).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096})
  void shouldFollowEveryGoodRequestOfAConnection(int atOnce) throws IOException {
    String body = "no\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\nHost: x\r\n\r\n";
    String requests =
        "\r\nPOST /a HTTP/1.1\r\n"
            + HOST
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body
            + "POST /b HTTP/1.1\r\n"
            + HOST
            + "Transfer-Encoding: Chunked\r\n\r\n"
            + Integer.toHexString(body.length())
            + ";host=x\r\n"
            + body
            + "\r\n3\r\nend\r\n0\r\nHost: trailer\r\nHost: again\r\n\r\n"
            + "GET /c HTTP/1.1\r\n"
            + HOST
            + "Connection: close\r\n\r\n";

    assertThat(answersTo(requests, atOnce)).doesNotContain(" 400 ");
    assertThat(SERVED).containsExactly("POST /a " + body, "POST /b " + body + "end", "GET /c ");
  }

  @Test
  void shouldRefuseALaterRequestOfAConnection() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", listener.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\nok").getBytes(ISO_8859_1));
      byte[] first = new byte[12];
      socket.getInputStream().readNBytes(first, 0, first.length);
      out.write(
          ("POST /b HTTP/1.1\r\n"
                  + HOST
                  + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n")
              .getBytes(ISO_8859_1));

      assertThat(new String(first, ISO_8859_1)).isEqualTo("HTTP/1.1 200");
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .contains("HTTP/1.1 400 ");
      assertThat(SERVED).containsExactly("POST /a ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h1c", "h2c", "http"})
  void shouldLetEveryProtocolThrough(String protocol) {
    try (ClientFactory factory =
        ClientFactory.builder().useHttp2Preface(!protocol.equals("http")).build()) {
      WebClient client =
          WebClient.builder(protocol + "://127.0.0.1:" + listener.port()).factory(factory).build();
      for (String path : List.of("/one", "/two")) {
        assertThat(client.post(path, "x".repeat(100_000)).aggregate().join().contentUtf8())
            .isEqualTo("served");
      }
    }
    assertThat(SERVED).hasSize(2);
  }

  private static String answersTo(String requests) throws IOException {
    return answersTo(requests, Integer.MAX_VALUE);
  }

  private static String answersTo(String requests, int atOnce) throws IOException {
    byte[] bytes = requests.getBytes(ISO_8859_1);
    try (Socket socket = new Socket("127.0.0.1", listener.port())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i < bytes.length; i += Math.min(atOnce, bytes.length - i)) {
        out.write(bytes, i, Math.min(atOnce, bytes.length - i));
        out.flush();
      }
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
