package io.tracetide.alert.api;

import io.tracetide.alert.deliver.ReceiverStatus;
import io.tracetide.runtime.life.BuildVersion;
import java.time.Instant;
import java.util.List;

/**
 * The status as Alertmanager's API has it, and beside it how the receivers do.
 *
 * @param uptime since when this process answers
 */
record StatusView(
    Cluster cluster,
    VersionInfo versionInfo,
    Config config,
    String uptime,
    List<ReceiverStatus> receivers) {
  StatusView {
    receivers = List.copyOf(receivers);
  }

  /** There is none: instances share their state through Kafka. */
  record Cluster(String name, String status, List<String> peers) {}

  /** Alertmanager's fields, most of which say how Go built it. */
  record VersionInfo(
      String version,
      String revision,
      String branch,
      String buildUser,
      String buildDate,
      String goVersion) {}

  /** Not shown: it may hold secrets. */
  record Config(String original) {}

  static StatusView of(Instant startedAt, List<ReceiverStatus> receivers) {
    return new StatusView(
        new Cluster("", "disabled", List.of()),
        new VersionInfo(BuildVersion.text(), "", "", "", "", ""),
        new Config(""),
        startedAt.toString(),
        receivers);
  }
}
