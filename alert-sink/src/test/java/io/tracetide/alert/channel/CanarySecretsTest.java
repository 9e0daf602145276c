package io.tracetide.alert.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.SinkConfig;
import io.tracetide.alert.channel.ChannelSamples.Sample;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.Secret;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** A secret in each key of every channel that may have one is shown nowhere. */
class CanarySecretsTest {
  private static final String MARK = ChannelSamples.MARK;
  private static final List<Sample> SAMPLES = ChannelSamples.all("http://127.0.0.1:1", 1, "1s");

  static List<Sample> samples() {
    return SAMPLES;
  }

  static List<Class<? extends Record>> types() {
    return ChannelSamples.types();
  }

  /** Otherwise the other tests would pass without the secret of a new key. */
  @ParameterizedTest
  @MethodSource("types")
  void shouldHaveASampleWithEachSecretOfAChannel(Class<? extends Record> type) {
    Map<String, List<String>> seen = new TreeMap<>();
    for (Sample sample : SAMPLES) {
      if (sample.kind().equals(ChannelSamples.kind(type))) {
        collect("", (Record) sample.config(), seen);
      }
    }

    assertThat(seen)
        .allSatisfy(
            (key, values) ->
                assertThat(values).as("samples of " + key).anyMatch(value -> value.contains(MARK)));
  }

  @Test
  void shouldUseEachSecretOnce() {
    Map<String, List<String>> seen = new TreeMap<>();
    SAMPLES.forEach(sample -> collect(sample.kind() + ".", (Record) sample.config(), seen));

    assertThat(seen.values().stream().flatMap(Collection::stream).filter(v -> v.contains(MARK)))
        .hasSizeGreaterThan(10)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldNotShowSecretsAsText(Sample sample) {
    assertThat(sample.config().toString()).doesNotContain(MARK);
    assertThat(json(sample.config())).doesNotContain(MARK);
  }

  @Test
  void shouldNotShowSecretsOfAWholeConfiguration() {
    StringBuilder yaml = new StringBuilder("receivers:\n");
    for (int i = 0; i < SAMPLES.size(); i++) {
      yaml.append(
          "  - {name: r%d, %s: %s}\n".formatted(i, SAMPLES.get(i).kind(), SAMPLES.get(i).yaml()));
    }
    yaml.append("links: {externalUrl: 'https://t.example.com', signingKey: '")
        .append((MARK + "-links-").repeat(3))
        .append("'}\n");

    SinkConfig config = ConfigReader.parse(yaml.toString(), SinkConfig.defaults(), Map.of());

    assertThat(config.links().signer()).isPresent();
    assertThat(config.toString()).doesNotContain(MARK);
    assertThat(config.toAlerting().toString()).doesNotContain(MARK);
    assertThat(json(config)).doesNotContain(MARK);
  }

  /**
   * In each key of a secret a text, a list and a section that are not valid, as one may mistype.
   */
  @ParameterizedTest
  @MethodSource("samples")
  void shouldNotShowSecretsInProblems(Sample sample) throws JsonProcessingException {
    Map<String, List<String>> keys = new TreeMap<>();
    collect("", (Record) sample.config(), keys);
    List<Object> mistyped =
        List.of(
            MARK + " ü\n",
            "",
            List.of(MARK),
            List.of(List.of(MARK)),
            Map.of("a", MARK),
            Map.of("a", Map.of("b", MARK)));
    for (String key : keys.keySet()) {
      for (Object value : mistyped) {
        Map<String, Object> section = new Yaml().load(sample.yaml());
        put(section, key, value);
        String yaml = new ObjectMapper().writeValueAsString(section);

        Throwable problem = catchThrowable(() -> ChannelSamples.read(sample.kind(), yaml));

        if (problem != null) {
          assertThat(problem).as(key).isInstanceOf(ConfigException.class);
          assertThat(problem.toString()).as(key).contains(sample.kind()).doesNotContain(MARK);
        }
      }
    }
  }

  /** Successes and failures of all channels in a process of its own, whose log is at DEBUG. */
  @Test
  void shouldNotLogSecretsOfDeliveries() throws Exception {
    String printed = deliveries();

    assertThat(printed).contains("DEBUG").contains("end of deliveries");
    for (Sample sample : SAMPLES) {
      assertThat(printed).contains(sample.kind() + " UNAUTHORIZED ", sample.kind() + " HANGING ");
    }
    assertThat(printed)
        .contains("webhook OK Delivered", "webhook UNAUTHORIZED Rejected", "Retryable")
        .containsPattern("secrets received: [1-9]")
        .doesNotContain(MARK)
        .doesNotContain(base64("ops:" + MARK + "-alertmanager-password"));
  }

  private static String deliveries() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=debug",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                CanaryDeliveries.class.getName())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String json(Object value) {
    try {
      return new ObjectMapper().findAndRegisterModules().writeValueAsString(value);
    } catch (JsonProcessingException refused) {
      return refused.toString();
    }
  }

  /** Puts a value at a path of sections. */
  private static void put(Map<String, Object> section, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      section.put(path, value);
      return;
    }
    @SuppressWarnings("unchecked")
    Map<String, Object> inner =
        (Map<String, Object>)
            section.computeIfAbsent(path.substring(0, dot), key -> new LinkedHashMap<>());
    put(inner, path.substring(dot + 1), value);
  }

  /** Adds the values of all keys that may have a secret, an empty list for those without one. */
  private static void collect(String path, Record section, Map<String, List<String>> seen) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      String key = path + component.getName();
      Object value = value(component, section);
      if (component.getGenericType().getTypeName().contains(Secret.class.getName())) {
        List<String> values = seen.computeIfAbsent(key, unseen -> new ArrayList<>());
        secrets(value).map(Secret::reveal).forEach(values::add);
      } else if (value instanceof Record inner) {
        collect(key + ".", inner, seen);
      } else if (value instanceof Optional<?> optional
          && optional.isPresent()
          && optional.get() instanceof Record inner) {
        collect(key + ".", inner, seen);
      }
    }
  }

  private static Stream<Secret> secrets(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.values().stream().map(Secret.class::cast);
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(Secret.class::cast);
    }
    if (value instanceof Optional<?> optional) {
      return optional.stream().map(Secret.class::cast);
    }
    return Stream.of((Secret) value);
  }

  private static Object value(RecordComponent component, Record section) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
