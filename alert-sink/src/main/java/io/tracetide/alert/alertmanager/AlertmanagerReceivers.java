package io.tracetide.alert.alertmanager;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.route.Integration;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.InvalidConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Maps the receivers of an {@code alertmanager.yml} to channels. A kind of channel is registered in
 * {@link #KINDS}.
 */
public final class AlertmanagerReceivers {
  private static final Map<String, ChannelMapping> KINDS =
      Map.of(
          "email", new EmailMapping(),
          "msteams", new TeamsMapping(),
          "msteamsv2", new TeamsMapping(),
          "pagerduty", new PagerdutyMapping(),
          "slack", new SlackMapping(),
          "webhook", new WebhookMapping());

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
    List<OpenChannel> supported = new ArrayList<>();
    for (FileChannel channel : receiver.channels()) {
      open(channel).ifPresent(config -> supported.add(new OpenChannel(channel, config)));
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
    for (OpenChannel each : supported) {
      String kind = each.channel().kind();
      int count = seen.merge(kind, 1, Integer::sum);
      String name =
          supported.size() == 1
              ? receiver.name()
              : receiver.name() + "/" + kind + (count == 1 ? "" : "-" + count);
      mapped.add(
          new MappedChannel(new Integration(name, each.channel().sendResolved()), each.config()));
    }
    channels.put(receiver.name(), mapped);
  }

  /** Empty after a limitation or a problem because of which there is no channel. */
  private Optional<ChannelConfig> open(FileChannel channel) {
    ChannelMapping mapping = KINDS.get(channel.kind());
    if (mapping == null) {
      limitations.add(
          new Limitation(
              channel.path(), channel.kind() + "_configs are not supported; not notified."));
      return Optional.empty();
    }
    ChannelSettings settings =
        new ChannelSettings(directory, channel.path(), channel.settings(), problems, limitations);
    try {
      Optional<ChannelConfig> config = mapping.map(settings);
      config.ifPresent(mapped -> settings.limitUnused());
      return config;
    } catch (InvalidConfig e) {
      for (ConfigProblem problem : e.problems()) {
        String key = mapping.keys().getOrDefault(problem.path(), problem.path());
        problems.add(
            new ConfigProblem(channel.path() + "." + key, problem.value(), problem.expected()));
      }
      return Optional.empty();
    }
  }

  /** A channel of the file with the settings that were mapped. */
  private record OpenChannel(FileChannel channel, ChannelConfig config) {}
}
