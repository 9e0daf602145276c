package io.tracetide.standalone.cli.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.standalone.cli.CommandLineUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesCommandTest {
  private static final String ALERTMANAGER =
      """
      route:
        receiver: ops
        group_by: [alertname]
        routes:
          - matchers: [severity="page"]
            receiver: pager
            group_by: ['...']
            repeat_interval: 1h
            continue: true
            mute_time_intervals: [nights]
          - matchers: [team="shop"]
            receiver: shop
      time_intervals:
        - name: nights
          time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}]}]
      receivers:
        - {name: ops, opsgenie_configs: [{api_key: canary}]}
        - {name: pager}
        - {name: shop, webhook_configs: [{url: 'https://hooks.example.com/canary'}]}
      """;

  @TempDir Path directory;

  @Test
  void shouldPrintReceivers() throws IOException {
    String file = write("alertmanager.yml", ALERTMANAGER);

    CommandLineUnderTest both =
        CommandLineUnderTest.run(
            "routes", "test", "--alertmanager", file, "--labels", "severity=page", "team=shop");
    CommandLineUnderTest none =
        CommandLineUnderTest.run("routes", "test", "--alertmanager", file, "team=\"\"");

    assertThat(both).isEqualTo(new CommandLineUnderTest(0, "pager,shop\n"));
    assertThat(none).isEqualTo(new CommandLineUnderTest(0, "ops\n"));
  }

  @Test
  void shouldExplainTheRoutes() throws IOException {
    String file = write("alertmanager.yml", ALERTMANAGER);

    CommandLineUnderTest run =
        CommandLineUnderTest.run(
            "routes", "test", "--alertmanager", file, "--explain", "severity=page");

    assertThat(run.out())
        .isEqualTo(
            """
            pager

            {}/{severity="page"}
              receiver        pager
              group by        all labels
              group wait      30s
              group interval  5m
              repeat interval 1h
              muted in        nights
            """);
  }

  @Test
  void shouldExplainRoutesOfTheConfiguration() throws IOException {
    String file =
        write(
            "tracetide.yaml",
            """
            sink:
              receivers: [{name: log, log: {}}, {name: boss, log: {}}]
              route:
                receiver: log
                repeatBackoff: 2
                escalation: [{after: 30m, receiver: boss}]
            """);

    CommandLineUnderTest run =
        CommandLineUnderTest.run("routes", "test", "--config", file, "--explain");

    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .startsWith("log\n\n{}\n")
        .contains("group by        incident|service, tenant\n")
        .contains("repeat interval 4h, times 2.0 up to 7d\n")
        .contains("escalation      after 30m to boss\n");
  }

  @Test
  void shouldFailWhenOtherReceiversAreExpected() throws IOException {
    String file = write("alertmanager.yml", ALERTMANAGER);
    String[] test = {"routes", "test", "--alertmanager", file, "team=shop", "--verify-receivers"};

    assertThat(CommandLineUnderTest.run(with(test, "shop")).exit()).isZero();
    assertThat(CommandLineUnderTest.run(with(test, "ops")))
        .isEqualTo(new CommandLineUnderTest(1, "shop\nexpected the receivers ops\n"));
  }

  @Test
  void shouldRefuseFilesAndLabelsThatCannotBeUsed() throws IOException {
    String file = write("alertmanager.yml", "route: {receiver: nobody}");

    assertThat(CommandLineUnderTest.run("routes", "show", "--alertmanager", file).exit())
        .isEqualTo(2);
    assertThat(CommandLineUnderTest.run("routes", "test", "severity=~page").exit()).isEqualTo(2);
    assertThat(CommandLineUnderTest.run("routes", "test", "severity").exit()).isEqualTo(2);
  }

  @Test
  void shouldWarnOfWhatHasNoEffectWhenTheConfigurationIsChecked() throws IOException {
    String file = write("alertmanager.yml", ALERTMANAGER);
    String config = write("tracetide.yaml", "sink: {alertmanagerConfig: '" + file + "'}");

    CommandLineUnderTest run = CommandLineUnderTest.run("check-config", "--config", config);

    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains(
            "warning: sink.alertmanagerConfig: receivers[0].opsgenie_configs[0]: opsgenie_configs"
                + " are not supported")
        .contains("no channel of receiver ops is supported")
        .doesNotContain("canary")
        .endsWith("OK\n");
  }

  private static String[] with(String[] arguments, String last) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = last;
    return all;
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }
}
