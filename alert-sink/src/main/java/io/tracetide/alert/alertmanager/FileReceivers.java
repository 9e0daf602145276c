package io.tracetide.alert.alertmanager;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads receivers, and gives their channels the settings of {@code global}. */
final class FileReceivers {
  private static final String SUFFIX = "_configs";

  /** Kinds of channels, and whether they are notified of resolutions by default. */
  private static final Map<String, Boolean> KINDS =
      Map.ofEntries(
          Map.entry("discord", true),
          Map.entry("email", false),
          Map.entry("incidentio", true),
          Map.entry("jira", true),
          Map.entry("mattermost", true),
          Map.entry("msteams", true),
          Map.entry("msteamsv2", true),
          Map.entry("opsgenie", true),
          Map.entry("pagerduty", true),
          Map.entry("pushover", true),
          Map.entry("rocketchat", true),
          Map.entry("slack", false),
          Map.entry("sns", true),
          Map.entry("telegram", true),
          Map.entry("victorops", true),
          Map.entry("webex", true),
          Map.entry("webhook", true),
          Map.entry("wechat", false));

  /** Settings of channels by kind, and the keys of {@code global} that are their defaults. */
  private static final Map<String, Map<String, String>> GLOBAL =
      Map.of(
          "email",
          Map.ofEntries(
              Map.entry("from", "smtp_from"),
              Map.entry("hello", "smtp_hello"),
              Map.entry("smarthost", "smtp_smarthost"),
              Map.entry("auth_username", "smtp_auth_username"),
              Map.entry("auth_password", "smtp_auth_password"),
              Map.entry("auth_secret", "smtp_auth_secret"),
              Map.entry("auth_identity", "smtp_auth_identity"),
              Map.entry("require_tls", "smtp_require_tls"),
              Map.entry("tls_config", "smtp_tls_config"),
              Map.entry("force_implicit_tls", "smtp_force_implicit_tls")),
          "pagerduty",
          Map.of("url", "pagerduty_url"),
          "slack",
          Map.of("api_url", "slack_api_url", "app_token", "slack_app_token"));

  private final YamlValue global;

  FileReceivers(YamlValue global) {
    this.global = global;
  }

  List<FileReceiver> read(YamlValue list) {
    List<FileReceiver> receivers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (YamlValue section : list.items()) {
      String name = section.get("name").text().orElse("");
      if (name.isEmpty() || !names.add(name)) {
        section.problem(name, "a receiver with a name of its own");
      }
      receivers.add(new FileReceiver(name, section.path(), channels(section)));
    }
    return receivers;
  }

  private List<FileChannel> channels(YamlValue receiver) {
    List<FileChannel> channels = new ArrayList<>();
    receiver
        .entries()
        .forEach(
            (key, value) -> {
              String kind =
                  key.endsWith(SUFFIX) ? key.substring(0, key.length() - SUFFIX.length()) : "";
              if (KINDS.containsKey(kind)) {
                value.items().forEach(section -> channels.add(channel(kind, section)));
              } else if (!key.equals("name") && !key.equals("labels")) {
                value.problem(
                    "", "name, or " + SUFFIX + " of one of " + new TreeSet<>(KINDS.keySet()));
              }
            });
    return channels;
  }

  private FileChannel channel(String kind, YamlValue section) {
    Map<String, Object> settings = new LinkedHashMap<>();
    section.entries().forEach((key, value) -> settings.put(key, value.plain()));
    boolean own = settings.containsKey("api_url_file") || settings.containsKey("api_url");
    GLOBAL
        .getOrDefault(kind, Map.of())
        .forEach(
            (key, name) -> {
              // An address of its own is not used with the token of all.
              if (!(own && key.equals("app_token"))) {
                inherit(settings, key, name);
              }
            });
    if (!kind.equals("email")) {
      inherit(settings, "http_config", "http_config");
    }
    boolean resolved = section.get("send_resolved").flag(KINDS.getOrDefault(kind, true));
    settings.remove("send_resolved");
    return new FileChannel(kind, section.path(), settings, resolved);
  }

  /** A setting, or the file with its value, from {@code global} where the channel has neither. */
  private void inherit(Map<String, Object> settings, String key, String name) {
    if (settings.containsKey(key) || settings.containsKey(key + "_file")) {
      return;
    }
    for (String suffix : List.of("", "_file")) {
      YamlValue value = global.get(name + suffix);
      if (value.isPresent()) {
        settings.put(key + suffix, value.plain());
      }
    }
  }
}
