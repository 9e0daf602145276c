package io.tracetide.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookInboxTest {
  private final List<String> announced = new CopyOnWriteArrayList<>();
  private final WebhookInbox inbox = WebhookInbox.start(announced::add);

  @AfterEach
  void close() {
    inbox.close();
  }

  private int post(String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(inbox.url()))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void shouldAnnounceEveryAlertInOneLine() throws Exception {
    int status =
        post(
            """
            {"version": "4", "status": "firing", "alerts": [
              {"status": "firing",
               "labels": {"alertname": "latency", "service": "payment", "operation": "POST /charge",
                          "severity": "high"},
               "annotations": {"summary": "p95 is 310 ms,\\nusually 70 ms"}},
              {"status": "resolved", "labels": {"alertname": "error_rate", "service": "shipping"}}]}
            """);

    assertThat(status).isEqualTo(200);
    assertThat(announced)
        .containsExactly(
            "alert delivered: FIRING latency payment POST /charge severity=high: p95 is 310 ms,"
                + " usually 70 ms",
            "alert delivered: RESOLVED error_rate shipping severity=none:");
  }

  @Test
  void shouldRefuseWhatIsNoWebhook() throws Exception {
    assertThat(post("{\"alerts\": 3}")).isEqualTo(400);
    assertThat(post("not json")).isEqualTo(400);
    assertThat(post(" ".repeat((1 << 20) + 1))).isEqualTo(413);
    HttpRequest get = HttpRequest.newBuilder(URI.create(inbox.url())).build();
    assertThat(
            HttpClient.newHttpClient()
                .send(get, HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(405);
    assertThat(announced).isEmpty();
  }
}
