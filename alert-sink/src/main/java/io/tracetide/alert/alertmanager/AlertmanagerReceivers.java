package io.tracetide.alert.alertmanager;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.route.Integration;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Maps the receivers of an {@code alertmanager.yml} to channels. A kind of channel is registered in
 * {@link #KINDS}.
 */
public final class AlertmanagerReceivers {
  private static final Map<String, Function<ChannelSettings, ChannelConfig>> KINDS =
      Map.of("webhook", AlertmanagerReceivers::webhook);

  /** Settings that make up the message. */
  private static final Set<String> MESSAGES =
      Set.of(
          "title",
          "title_link",
          "text",
          "summary",
          "html",
          "headers",
          "description",
          "details",
          "fields",
          "footer",
          "fallback",
          "pretext",
          "payload",
          "message",
          "message_text");

  private final Path directory;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final List<Limitation> limitations = new ArrayList<>();
  private final Map<String, List<MappedChannel>> channels = new LinkedHashMap<>();

  private AlertmanagerReceivers(Path directory) {
    this.directory = directory;
  }

  /**
   * A channel of a receiver.
   *
   * @param integration its name, and whether it is notified of resolutions
   * @param channel its settings
   */
  public record MappedChannel(Integration integration, ChannelConfig channel) {}

  /**
   * The channels of a file.
   *
   * @param channels by name of the receiver
   * @param limitations channels and settings that have no effect
   */
  public record Mapped(Map<String, List<MappedChannel>> channels, List<Limitation> limitations) {
    public Mapped {
      channels = Map.copyOf(channels);
      limitations = List.copyOf(limitations);
    }

    /** The channels of a receiver. */
    public List<MappedChannel> of(String receiver) {
      return channels.getOrDefault(receiver, List.of());
    }

    /** The integrations by name of the receiver. */
    public Map<String, List<Integration>> integrations() {
      Map<String, List<Integration>> integrations = new LinkedHashMap<>();
      channels.forEach(
          (name, mapped) ->
              integrations.put(name, mapped.stream().map(MappedChannel::integration).toList()));
      return integrations;
    }
  }

  /**
   * Maps the receivers of a file, and reads the files of their secrets.
   *
   * @throws ConfigException with every setting that a channel cannot have
   */
  public static Mapped of(AlertmanagerFile file) {
    Path parent = file.path().toAbsolutePath().getParent();
    AlertmanagerReceivers mapping =
        new AlertmanagerReceivers(parent == null ? file.path() : parent);
    file.receivers().forEach(mapping::add);
    if (!mapping.problems.isEmpty()) {
      throw new ConfigException(file.path().toString(), mapping.problems);
    }
    return new Mapped(mapping.channels, mapping.limitations);
  }

  private void add(FileReceiver receiver) {
    List<FileChannel> supported = new ArrayList<>();
    for (FileChannel channel : receiver.channels()) {
      if (KINDS.containsKey(channel.kind())) {
        supported.add(channel);
      } else {
        limitations.add(
            new Limitation(
                channel.path(), channel.kind() + "_configs are not supported; not notified."));
      }
    }
    if (supported.isEmpty() && !receiver.channels().isEmpty()) {
      limitations.add(
          new Limitation(
              receiver.path(),
              "no channel of receiver "
                  + receiver.name()
                  + " is supported; its alerts are not sent."));
    }
    Map<String, Integer> seen = new HashMap<>();
    List<MappedChannel> mapped = new ArrayList<>();
    for (FileChannel channel : supported) {
      int count = seen.merge(channel.kind(), 1, Integer::sum);
      String name =
          supported.size() == 1
              ? receiver.name()
              : receiver.name() + "/" + channel.kind() + (count == 1 ? "" : "-" + count);
      open(channel)
          .ifPresent(
              config ->
                  mapped.add(
                      new MappedChannel(new Integration(name, channel.sendResolved()), config)));
    }
    channels.put(receiver.name(), mapped);
  }

  private Optional<ChannelConfig> open(FileChannel channel) {
    ChannelSettings settings =
        new ChannelSettings(directory, channel.path(), channel.settings(), problems, limitations);
    Function<ChannelSettings, ChannelConfig> factory = KINDS.get(channel.kind());
    if (factory == null) {
      return Optional.empty();
    }
    try {
      ChannelConfig config = factory.apply(settings);
      settings.limitUnused(MESSAGES);
      return Optional.of(config);
    } catch (InvalidConfig e) {
      e.problems()
          .forEach(
              problem ->
                  problems.add(
                      new ConfigProblem(
                          channel.path() + "." + problem.path(),
                          problem.value(),
                          problem.expected())));
      return Optional.empty();
    }
  }

  /** A webhook, which may be in clear and in a private network, as Alertmanager permits. */
  private static ChannelConfig webhook(ChannelSettings settings) {
    Secret url = settings.secret("url");
    WebhookConfig defaults = WebhookConfig.defaults();
    Duration timeout = settings.duration("timeout").orElse(defaults.timeout());
    return new WebhookConfig(
        url, bearerToken(settings), true, true, defaults.connectTimeout(), timeout);
  }

  /** The token that {@code http_config} sends; all else in it is a limitation. */
  private static Secret bearerToken(ChannelSettings settings) {
    ChannelSettings http = settings.section("http_config");
    ChannelSettings authorization = http.section("authorization");
    Secret token = Secret.NONE;
    if (authorization.text("type").orElse("Bearer").equalsIgnoreCase("Bearer")) {
      token = authorization.secret("credentials");
    } else {
      settings.limit("http_config.authorization", "only the type Bearer is supported.");
    }
    Secret older = http.secret("bearer_token");
    http.limitUnused(MESSAGES);
    return token.isPresent() ? token : older;
  }
}
