package io.tracetide.alert.alertmanager;

import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a channel while they are mapped. Each setting that is not read by then is a
 * limitation.
 */
final class ChannelSettings {
  private static final String TEMPLATE = "{{";

  private final Path directory;
  private final String path;
  private final Map<?, ?> settings;
  private final List<ConfigProblem> problems;
  private final List<Limitation> limitations;
  private final Set<String> used = new HashSet<>();

  /**
   * Settings of a section.
   *
   * @param directory in which relative paths of files begin
   */
  ChannelSettings(
      Path directory,
      String path,
      Map<?, ?> settings,
      List<ConfigProblem> problems,
      List<Limitation> limitations) {
    this.directory = directory;
    this.path = path;
    this.settings = settings;
    this.problems = problems;
    this.limitations = limitations;
  }

  /** A text without a template; a template is a limitation, and as if there were no text. */
  Optional<String> text(String key) {
    used.add(key);
    Optional<String> text =
        Optional.ofNullable(settings.get(key))
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .filter(value -> !value.isEmpty());
    if (text.filter(value -> value.contains(TEMPLATE)).isPresent()) {
      limit(key, "Go templates are not executed; the text is not used.");
      return Optional.empty();
    }
    return text;
  }

  /** A secret, or that in the file of {@code key_file}. */
  Secret secret(String key) {
    Optional<String> file = text(key + "_file");
    Optional<String> text = text(key);
    if (file.isPresent() && text.isPresent()) {
      problem(key, "at most one of " + key + " and " + key + "_file");
    }
    return Secret.of(file.map(name -> content(key + "_file", name)).orElse(text.orElse("")));
  }

  private String content(String key, String name) {
    try {
      return Files.readString(directory.resolve(name)).strip();
    } catch (IOException e) {
      problem(key, "a file of text that exists and can be read: " + name);
      return "";
    }
  }

  /** A duration as Go or Prometheus write it; 0 is none. */
  Optional<Duration> duration(String key) {
    Optional<String> text = text(key);
    Optional<Duration> duration = text.flatMap(PrometheusDuration::parse);
    if (text.isPresent() && duration.isEmpty()) {
      problem(key, "a duration such as 10s or 1m30s");
    }
    return duration.filter(value -> !value.isZero());
  }

  /** A section; empty if it is not given. */
  ChannelSettings section(String key) {
    used.add(key);
    Map<?, ?> section = settings.get(key) instanceof Map<?, ?> given ? given : Map.of();
    return new ChannelSettings(directory, path + "." + key, section, problems, limitations);
  }

  /** Reports that a setting is not as expected. */
  void problem(String key, String expected) {
    problems.add(new ConfigProblem(path + "." + key, "", expected));
  }

  /** Reports that a setting has no effect. */
  void limit(String key, String sentence) {
    limitations.add(new Limitation(path + "." + key, sentence));
  }

  /** Reports each setting that was not read and that would have an effect. */
  void limitUnused(Set<String> messages) {
    Set<String> unused = new TreeSet<>();
    settings.forEach((key, value) -> unused.add(String.valueOf(key)));
    unused.removeAll(used);
    for (String key : unused) {
      Object value = settings.get(key);
      if (!"".equals(value) && !List.of().equals(value) && !Map.of().equals(value)) {
        limit(
            key,
            messages.contains(key) || String.valueOf(value).contains(TEMPLATE)
                ? "replaced by the built-in message."
                : "not supported; it has no effect.");
      }
    }
  }
}
