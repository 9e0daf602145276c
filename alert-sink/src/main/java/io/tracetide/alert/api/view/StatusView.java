package io.tracetide.alert.api.view;

import io.tracetide.alert.deliver.ReceiverStatus;
import io.tracetide.runtime.life.BuildVersion;
import java.time.Instant;
import java.util.List;

/**
 * The status in the format of Alertmanager's API, with the status of the receivers.
 *
 * @param uptime start of this process
 */
public record StatusView(
    Cluster cluster,
    VersionInfo versionInfo,
    Config config,
    String uptime,
    List<ReceiverStatus> receivers,
    Reload reload) {
  public StatusView {
    receivers = List.copyOf(receivers);
  }

  /**
   * Alertmanager's cluster, which does not exist here: instances share their state through Kafka.
   */
  public record Cluster(String name, String status, List<String> peers) {}

  /** Alertmanager's fields, most of which describe its Go build. */
  public record VersionInfo(
      String version,
      String revision,
      String branch,
      String buildUser,
      String buildDate,
      String goVersion) {}

  /** The routing in the format of Alertmanager's configuration, without secrets. */
  public record Config(String original) {}

  /**
   * The newest reload of the configuration, or the start.
   *
   * @param at when the configuration was read
   * @param by {@code start}, {@code file}, or the caller of the API
   * @param result {@code applied}, {@code unchanged} or {@code invalid}
   * @param problems why it cannot be used
   * @param restartRequired keys that have an effect at the next start
   * @param lastSuccess the last one that was successful
   */
  public record Reload(
      String at,
      String by,
      String result,
      List<String> problems,
      List<String> restartRequired,
      String lastSuccess) {
    public Reload {
      problems = List.copyOf(problems);
      restartRequired = List.copyOf(restartRequired);
    }
  }

  /** The status now. */
  public static StatusView of(
      Instant startedAt, String routing, List<ReceiverStatus> receivers, Reload reload) {
    return new StatusView(
        new Cluster("", "disabled", List.of()),
        new VersionInfo(BuildVersion.text(), "", "", "", "", ""),
        new Config(routing),
        startedAt.toString(),
        receivers,
        reload);
  }
}
