package io.tracetide.benchmarks.variant;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings of a run, passed to a child on its command line as {@code name=value}.
 *
 * @param bootstrapServers the broker
 * @param registryUrl the schema registry
 * @param id names its consumer group, internal topics and transactions; of no other run
 * @param input topic to read from its beginning
 * @param output topic to publish answers to; empty for a variant that gives none
 * @param records events in the input, ticks included
 * @param eventsPerRecord events in a record of the input, on average
 * @param threads processing threads, where the variant has such a setting
 * @param commitInterval how often it commits, or takes a checkpoint
 * @param directory for its state
 */
public record RunSettings(
    String bootstrapServers,
    String registryUrl,
    String id,
    String input,
    String output,
    long records,
    double eventsPerRecord,
    int threads,
    Duration commitInterval,
    Path directory) {

  /** As arguments that {@link #parse} understands. */
  public List<String> toArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("bootstrap=" + bootstrapServers);
    arguments.add("registry=" + registryUrl);
    arguments.add("id=" + id);
    arguments.add("input=" + input);
    arguments.add("output=" + output);
    arguments.add("records=" + records);
    arguments.add("eventsPerRecord=" + eventsPerRecord);
    arguments.add("threads=" + threads);
    arguments.add("commitMs=" + commitInterval.toMillis());
    arguments.add("directory=" + directory);
    return arguments;
  }

  /** Parses the arguments of {@link #toArguments}; ignores arguments of other forms. */
  public static RunSettings parse(String[] arguments) {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals > 0) {
        values.put(argument.substring(0, equals), argument.substring(equals + 1));
      }
    }
    return new RunSettings(
        value(values, "bootstrap"),
        value(values, "registry"),
        value(values, "id"),
        value(values, "input"),
        value(values, "output"),
        Long.parseLong(value(values, "records")),
        Double.parseDouble(value(values, "eventsPerRecord")),
        Integer.parseInt(value(values, "threads")),
        Duration.ofMillis(Long.parseLong(value(values, "commitMs"))),
        Path.of(value(values, "directory")));
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name + "= among the arguments");
    }
    return value;
  }
}
