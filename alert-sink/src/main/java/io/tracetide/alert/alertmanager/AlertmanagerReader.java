package io.tracetide.alert.alertmanager;

import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.InhibitRule;
import io.tracetide.alert.route.RouteSpec;
import io.tracetide.alert.route.RouteTree;
import io.tracetide.alert.route.TimeInterval;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.file.RegularFiles;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads an {@code alertmanager.yml}, and reports every problem at once. */
final class AlertmanagerReader {
  private static final int SIZE_LIMIT = 4 * 1024 * 1024;
  private static final int DEPTH_LIMIT = 100;
  private static final int ALIAS_LIMIT = 1_000;

  private static final Set<String> KEYS =
      Set.of(
          "global",
          "route",
          "inhibit_rules",
          "receivers",
          "templates",
          "mute_time_intervals",
          "time_intervals",
          "tracing",
          "event_recorder");
  private static final Pattern GLOBAL_KEYS =
      Pattern.compile(
          "resolve_timeout|http_config|(jira|smtp|slack|pagerduty|opsgenie|wechat|victorops|telegram"
              + "|webex|rocketchat|mattermost)_[a-z_]+");
  private static final Set<String> INHIBIT_KEYS =
      Set.of(
          "name",
          "source_match",
          "source_match_re",
          "source_matchers",
          "target_match",
          "target_match_re",
          "target_matchers",
          "equal");

  private final Path file;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final List<Limitation> limitations = new ArrayList<>();

  private AlertmanagerReader(Path file) {
    this.file = file;
  }

  static AlertmanagerFile read(Path file) {
    return new AlertmanagerReader(file).read();
  }

  private AlertmanagerFile read() {
    YamlValue root = new YamlValue(tree(), "", problems);
    root.expectKeys(KEYS);
    List<FileReceiver> receivers =
        new FileReceivers(root.get("global")).read(root.get("receivers"));
    Map<String, List<TimeInterval>> intervals = FileTimeIntervals.read(root);
    Set<String> names =
        receivers.stream().map(FileReceiver::name).collect(Collectors.toUnmodifiableSet());
    RouteSpec routes =
        new FileRoutes(names, intervals.keySet(), limitations).root(root.get("route"));
    List<InhibitRule> rules =
        root.get("inhibit_rules").items().stream().map(AlertmanagerReader::rule).toList();
    Duration resolveTimeout =
        root.get("global")
            .get("resolve_timeout")
            .duration()
            .orElse(AlertmanagerFile.RESOLVE_TIMEOUT);
    limitations(root);
    if (!problems.isEmpty()) {
      // A section that is read repeatedly reports its problems each time.
      throw new ConfigException(file.toString(), problems.stream().distinct().toList());
    }
    return new AlertmanagerFile(
        file,
        RouteTree.of(routes, GroupBy.of()),
        rules,
        intervals,
        receivers,
        resolveTimeout,
        limitations);
  }

  private static InhibitRule rule(YamlValue section) {
    section.expectKeys(INHIBIT_KEYS);
    return new InhibitRule(
        FileRoutes.matchers(section, "source_"),
        FileRoutes.matchers(section, "target_"),
        Set.copyOf(section.get("equal").texts()));
  }

  /** Keys that are known and have no effect. */
  private void limitations(YamlValue root) {
    root.get("global")
        .entries()
        .forEach(
            (key, value) -> {
              if (!GLOBAL_KEYS.matcher(key).matches()) {
                value.problem("", "a key of Alertmanager's global section");
              }
            });
    limit(
        root.get("templates"),
        "Go templates are not executed; notifications have the built-in messages.");
    limit(root.get("tracing"), "not supported.");
    limit(root.get("event_recorder"), "not supported.");
  }

  private void limit(YamlValue value, String sentence) {
    if (value.isPresent() && !value.plain().equals(List.of())) {
      limitations.add(new Limitation(value.path(), sentence));
    }
  }

  private @Nullable Node tree() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(SIZE_LIMIT);
    limits.setNestingDepthLimit(DEPTH_LIMIT);
    limits.setMaxAliasesForCollections(ALIAS_LIMIT);
    limits.setAllowDuplicateKeys(false);
    try {
      RegularFiles.check(file);
      return new Yaml(limits).compose(new StringReader(Files.readString(file)));
    } catch (MarkedYAMLException e) {
      String line = e.getProblemMark() == null ? "" : "line " + (e.getProblemMark().getLine() + 1);
      throw refused(line, "valid YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw refused(
          "", "valid YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    } catch (RegularFiles.NotRegularException e) {
      throw refused("", RegularFiles.EXPECTED);
    } catch (IOException e) {
      throw refused("", "a file of UTF-8 text that exists and can be read");
    }
  }

  private ConfigException refused(String path, String expected) {
    return new ConfigException(file.toString(), List.of(new ConfigProblem(path, "", expected)));
  }
}
