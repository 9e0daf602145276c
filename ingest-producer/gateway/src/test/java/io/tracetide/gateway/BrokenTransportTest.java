package io.tracetide.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpRequestWriter;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.tracetide.gateway.grpc.ExportService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that are cut off or violate HTTP; they must not fill the log. */
class BrokenTransportTest {

  private static final int TIMES = 20;
  private static final String OWN_CSV = "/v1/trace-events, application/json";
  private static final String CALL_CSV = ExportService.TRACES + ", application/grpc";

  private final PrintStream terminal = System.err;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private RunningGateway gateway;

  @BeforeEach
  void start() {
    System.setErr(new PrintStream(log, true, UTF_8));
    gateway = RunningGateway.start();
  }

  @AfterEach
  void close() {
    gateway.close();
    System.setErr(terminal);
  }

  @ParameterizedTest
  @CsvSource({OWN_CSV, CALL_CSV})
  void shouldRefuseChunksThatAreNoneWithoutAnError(String path, String type) throws IOException {
    for (int i = 0; i < TIMES; i++) {
      try (Socket socket = connect(path)) {
        send(socket, path, type, "transfer-encoding: chunked", "zz\r\nabc\r\n0\r\n\r\n");
        assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
            .isEqualTo("HTTP/1.1 400");
      }
    }

    shouldHaveLoggedNoError();
  }

  @ParameterizedTest
  @CsvSource({OWN_CSV, CALL_CSV})
  void shouldForgetBodiesThatBreakOffWithoutAnError(String path, String type) throws IOException {
    for (int i = 0; i < TIMES; i++) {
      for (boolean reset : new boolean[] {false, true}) {
        try (Socket socket = connect(path)) {
          socket.setSoLinger(reset, 0);
          send(socket, path, type, "content-length: 100", "short");
        }
        try (Socket socket = connect(path)) {
          socket.setSoLinger(reset, 0);
          send(socket, path, type, "transfer-encoding: chunked", "5\r\nshort\r\n");
        }
      }
    }

    shouldHaveLoggedNoError();
  }

  @ParameterizedTest
  @CsvSource({OWN_CSV, CALL_CSV})
  void shouldForgetResetStreamsWithoutAnError(String path, String type) {
    try (ClientFactory connections = ClientFactory.builder().build()) {
      WebClient client = WebClient.builder("h2c://" + authority(path)).factory(connections).build();
      for (int i = 0; i < TIMES; i++) {
        HttpRequestWriter body = HttpRequest.streaming(headers(path, type).build());
        HttpResponse response = client.execute(body);
        body.write(HttpData.ofUtf8("short"));
        body.whenConsumed().join();
        body.abort();
        response.aggregate().exceptionally(failure -> null).join();

        HttpRequestWriter shorter =
            HttpRequest.streaming(headers(path, type).contentLength(100).build());
        response = client.execute(shorter);
        shorter.write(HttpData.ofUtf8("short"));
        shorter.close();
        response.aggregate().exceptionally(failure -> null).join();
      }
    }

    shouldHaveLoggedNoError();
  }

  private static RequestHeadersBuilder headers(String path, String type) {
    return RequestHeaders.builder(HttpMethod.POST, path).contentType(MediaType.parse(type));
  }

  private void shouldHaveLoggedNoError() {
    await().until(() -> gateway.counter("tracetide_gateway_inflight_bytes") == 0);
    assertThat(log.toString(UTF_8)).doesNotContain("ERROR", "request failed", "\tat ");
  }

  private String authority(String path) {
    return path.equals(ExportService.TRACES)
        ? gateway.app.grpcAddress()
        : gateway.app.url().substring("http://".length());
  }

  private Socket connect(String path) throws IOException {
    String[] address = authority(path).split(":", 2);
    return new Socket(address[0], Integer.parseInt(address[1]));
  }

  private void send(Socket socket, String path, String type, String length, String body)
      throws IOException {
    socket
        .getOutputStream()
        .write(
            "POST %s HTTP/1.1\r\nhost: %s\r\ncontent-type: %s\r\n%s\r\n\r\n%s"
                .formatted(path, authority(path), type, length, body)
                .getBytes(UTF_8));
    socket.getOutputStream().flush();
  }
}
