package io.tracetide.alert.alertmanager;

import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.file.RegularFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a channel while they are mapped. Each setting that is not read by then is a
 * limitation.
 */
final class ChannelSettings {
  private static final String TEMPLATE = "{{";
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "n");

  /** Settings that make up the message. */
  private static final Set<String> MESSAGES =
      Set.of(
          "actions",
          "class",
          "client",
          "client_url",
          "color",
          "component",
          "description",
          "details",
          "fallback",
          "fields",
          "footer",
          "group",
          "headers",
          "html",
          "image_url",
          "images",
          "links",
          "message",
          "message_text",
          "payload",
          "pretext",
          "severity",
          "source",
          "summary",
          "text",
          "thumb_url",
          "title",
          "title_link");

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

  /** Whether one of the keys is given, with a value other than an empty one. */
  boolean hasAny(String... keys) {
    return Arrays.stream(keys).anyMatch(key -> isGiven(settings.get(key)));
  }

  /** Whether the text is a template, which {@link #text} does not return. */
  boolean isTemplate(String key) {
    return settings.get(key) instanceof String text && text.contains(TEMPLATE);
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
      Path file = directory.resolve(name);
      RegularFiles.check(file);
      return Files.readString(file).strip();
    } catch (RegularFiles.NotRegularException e) {
      problem(key, RegularFiles.EXPECTED + ": " + name);
      return "";
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

  /** True or false, as YAML writes them. */
  Optional<Boolean> flag(String key) {
    Optional<String> text = text(key).map(value -> value.toLowerCase(Locale.ROOT));
    if (text.isPresent() && !TRUE.contains(text.get()) && !FALSE.contains(text.get())) {
      problem(key, "true or false");
      return Optional.empty();
    }
    return text.map(TRUE::contains);
  }

  /** A path of a file, which is relative to the directory. */
  Optional<String> file(String key) {
    return text(key).map(name -> directory.resolve(name).toString());
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

  /**
   * Reports that there is no channel.
   *
   * @param why without a full stop
   */
  void notNotified(String why) {
    limitations.add(new Limitation(path, why + "; not notified."));
  }

  /** Reports each setting that was not read and that would have an effect. */
  void limitUnused() {
    Set<String> unused = new TreeSet<>();
    settings.forEach((key, value) -> unused.add(String.valueOf(key)));
    unused.removeAll(used);
    for (String key : unused) {
      Object value = settings.get(key);
      if (isGiven(value)) {
        limit(
            key,
            MESSAGES.contains(key) || String.valueOf(value).contains(TEMPLATE)
                ? "replaced by the built-in message."
                : "not supported; it has no effect.");
      }
    }
  }

  private static boolean isGiven(@Nullable Object value) {
    return value != null
        && !value.equals("")
        && !value.equals(List.of())
        && !value.equals(Map.of());
  }
}
