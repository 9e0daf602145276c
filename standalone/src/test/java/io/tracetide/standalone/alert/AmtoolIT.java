package io.tracetide.standalone.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.standalone.alert.AlertingFixture.Run;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alertmanager's own client against the sink. */
class AmtoolIT {
  @TempDir static Path directory;
  private static AlertingFixture sink;

  @BeforeAll
  static void start() throws Exception {
    sink = new AlertingFixture(directory);
  }

  @AfterAll
  static void stop() {
    if (sink != null) {
      sink.close();
    }
  }

  private static String ok(String... arguments) throws Exception {
    Run run = sink.amtool(arguments);
    assertThat(run.exit()).as("amtool %s%n%s", List.of(arguments), run.out()).isZero();
    return run.out();
  }

  private static String failed(String... arguments) throws Exception {
    Run run = sink.amtool(arguments);
    assertThat(run.exit()).as("amtool %s%n%s", List.of(arguments), run.out()).isNotZero();
    return run.out();
  }

  @Test
  void shouldAddAndQueryAlerts() throws Exception {
    ok("alert", "add", "Full", "node=one", "team=a", "--annotation=summary=disk is full");
    ok("alert", "add", "Full", "node=two words", "team=c", "--annotation=summary=other");
    ok("alert", "add", "Ended", "node=three", "--end=2020-01-01T00:00:00Z");

    assertThat(ok("alert", "query", "Full")).contains("disk is full", "other", "active");
    assertThat(ok("alert", "query", "node=~\"on.*\""))
        .contains("disk is full")
        .doesNotContain("other");
    assertThat(ok("alert", "query", "alertname=Full", "node=\"two words\""))
        .contains("other")
        .doesNotContain("disk is full");
    assertThat(ok("alert", "query", "node!~\"on.*\"", "alertname=Full")).contains("other");
    assertThat(ok("alert", "query", "--receiver=lo.", "alertname=Full"))
        .contains("disk is full")
        .doesNotContain("other");
    assertThat(ok("-o", "extended", "alert", "query", "Full"))
        .contains("node=\"two words\"", "Generator URL");
    assertThat(ok("-o", "json", "alert", "query", "Full")).contains("\"fingerprint\"");
    assertThat(ok("alert", "query", "Ended")).doesNotContain("three");
    assertThat(failed("alert", "add", "Bad", "a-b=1")).contains("a-b");
    await()
        .atMost(AlertingFixture.PATIENCE)
        .until(
            () ->
                sink.posts.stream()
                    .anyMatch(post -> post.toString().contains("\"node\":\"two words\"")));
  }

  @Test
  void shouldAddChangeExpireAndImportSilences() throws Exception {
    ok("alert", "add", "Noisy", "node=one", "team=b");
    String id =
        ok("silence", "add", "alertname=Noisy", "node=~\"o.*\"", "--comment=deploy", "--author=ann")
            .strip();
    assertThat(id).matches("[0-9a-f-]{36}");
    assertThat(ok("silence", "query")).contains(id, "alertname=\"Noisy\"", "node=~\"o.*\"", "ann");
    assertThat(ok("silence", "query", "alertname=Noisy")).contains(id);
    assertThat(ok("silence", "query", "alertname=Other")).doesNotContain(id);
    assertThat(ok("alert", "query", "Noisy")).doesNotContain("active");
    assertThat(ok("alert", "query", "--silenced", "Noisy")).contains("suppressed");

    String updated = ok("silence", "update", "--duration=5h", "--comment=longer", id);
    assertThat(updated).contains("longer");
    String exported = ok("-o", "json", "silence", "query", "alertname=Noisy");
    for (String each : ok("silence", "query", "-q", "alertname=Noisy").split("\\s+")) {
      ok("silence", "expire", each);
    }
    assertThat(ok("silence", "query", "alertname=Noisy")).doesNotContain("longer");
    assertThat(ok("silence", "query", "--expired", "alertname=Noisy")).contains("longer");

    ok("silence", "import", AlertingFixture.file(directory, "silences.json", exported).getPath());
    assertThat(ok("silence", "query", "alertname=Noisy")).contains("longer");

    assertThat(failed("silence", "add", "a=~\".*\"", "--comment=c"))
        .contains("must not match the empty string");
    assertThat(failed("silence", "expire", "00000000-0000-4000-8000-000000000000")).contains("404");
  }

  @Test
  void shouldShowTheRoutesOfTheSink() throws Exception {
    assertThat(ok("config", "show")).contains("receiver: \"ops\"", "group_wait: 0s");
    assertThat(ok("config", "routes", "show"))
        .contains("default-route  receiver: ops", "{team=~\"a|b\"}  receiver: log");
    assertThat(ok("config", "routes", "test", "team=a").strip()).isEqualTo("log");
    assertThat(ok("cluster", "show")).contains("disabled");
  }
}
