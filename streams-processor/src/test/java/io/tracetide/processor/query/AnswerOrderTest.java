package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.query.anomaly.AnomaliesAnswer;
import io.tracetide.processor.query.anomaly.IncidentsAnswer;
import io.tracetide.processor.query.contract.ContractsAnswer;
import io.tracetide.processor.query.dashboard.DashboardAnswer;
import io.tracetide.processor.query.detection.DetectionAnswer;
import io.tracetide.processor.query.http.AnswerJson;
import io.tracetide.processor.query.instance.InstancesAnswer;
import io.tracetide.processor.query.objective.BudgetsAnswer;
import io.tracetide.processor.query.trace.TraceAnswer;
import io.tracetide.processor.query.trace.TracesAnswer;
import io.tracetide.processor.query.window.AnalyticsAnswer;
import io.tracetide.processor.query.window.ServicesAnswer;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The keys of answers come in the order in which the README lists them; new ones may be between.
 */
class AnswerOrderTest {
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^- `([a-z]+)`: `(\\{.*})`");
  private static final Map<String, Class<? extends Record>> ANSWERS =
      Map.ofEntries(
          Map.entry("analytics", AnalyticsAnswer.class),
          Map.entry("contracts", ContractsAnswer.class),
          Map.entry("dashboard", DashboardAnswer.class),
          Map.entry("detection", DetectionAnswer.class),
          Map.entry("anomalies", AnomaliesAnswer.class),
          Map.entry("incidents", IncidentsAnswer.class),
          Map.entry("instances", InstancesAnswer.class),
          Map.entry("objectives", BudgetsAnswer.class),
          Map.entry("services", ServicesAnswer.class),
          Map.entry("traces", TracesAnswer.class),
          Map.entry("trace", TraceAnswer.class));

  @Test
  void shouldBeTheDocumentedOne() throws Exception {
    Map<String, String> documented = new TreeMap<>();
    Matcher lines = DOCUMENTED.matcher(Files.readString(Path.of("README.md")));
    while (lines.find()) {
      documented.put(lines.group(1), lines.group(2));
    }

    assertThat(documented.keySet()).isEqualTo(new TreeMap<>(ANSWERS).keySet());
    for (Map.Entry<String, String> each : documented.entrySet()) {
      Record answer = (Record) sample(ANSWERS.get(each.getKey()));
      JsonNode json = new ObjectMapper().readTree(AnswerJson.bytes(answer));
      new Shape(each.getValue()).check(json, each.getKey());
    }
  }

  /** Reads {@code {a, b[{c, d}], e{}}} and finds its keys in an object, in this order. */
  private static final class Shape {
    private final String text;
    private int at;

    Shape(String text) {
      this.text = text.replace(" ", "");
    }

    void check(JsonNode json, String path) {
      assertThat(text.charAt(at++)).as(path).isEqualTo('{');
      List<String> keys = new ArrayList<>();
      while (text.charAt(at) != '}') {
        int from = at;
        while (Character.isLetterOrDigit(text.charAt(at))) {
          at++;
        }
        String key = text.substring(from, at);
        keys.add(key);
        JsonNode value = json.path(key);
        if (text.charAt(at) == '[') {
          at++;
          if (text.charAt(at) == '{') {
            check(value.path(0), path + "." + key);
          }
          assertThat(text.charAt(at++)).as(path + "." + key).isEqualTo(']');
        } else if (text.charAt(at) == '{') {
          check(value, path + "." + key);
        }
        if (text.charAt(at) == ',') {
          at++;
        }
      }
      at++;
      List<String> told = new ArrayList<>();
      json.fieldNames().forEachRemaining(told::add);
      if (!keys.isEmpty()) {
        assertThat(told).as("keys of %s", path).containsSubsequence(keys);
      }
    }
  }

  /** A value of that type, with one element in every list. */
  private static Object sample(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      Type first = generic.getActualTypeArguments()[0];
      if (generic.getRawType() == List.class) {
        return List.of(sample(first));
      }
      return first instanceof Class<?> key && key.isEnum() ? emptyEnumMap(key) : Map.of();
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isRecord()) {
      List<Class<?>> types = new ArrayList<>();
      List<Object> values = new ArrayList<>();
      for (RecordComponent component : raw.getRecordComponents()) {
        types.add(component.getType());
        values.add(sample(component.getGenericType()));
      }
      Constructor<?> constructor = raw.getDeclaredConstructor(types.toArray(new Class<?>[0]));
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    }
    if (raw.isEnum()) {
      return raw.getEnumConstants()[0];
    }
    if (raw == String.class) {
      return "text";
    }
    if (raw == Instant.class) {
      return Instant.EPOCH;
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return true;
    }
    if (raw == int.class || raw == Integer.class) {
      return 1;
    }
    if (raw == long.class || raw == Long.class) {
      return 1L;
    }
    if (raw == double.class || raw == Double.class) {
      return 1.0;
    }
    throw new IllegalArgumentException("no sample of " + type);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object emptyEnumMap(Class<?> key) {
    return new EnumMap(key);
  }
}
