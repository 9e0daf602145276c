package io.tracetide.standalone.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.query.docs.ApiDocument;
import io.tracetide.query.answer.AnomalyJudgement;
import io.tracetide.query.answer.AnomalyList;
import io.tracetide.query.answer.AuditPage;
import io.tracetide.query.answer.AuditVerification;
import io.tracetide.query.answer.DetectionWarmUp;
import io.tracetide.query.answer.FleetDashboard;
import io.tracetide.query.answer.IncidentList;
import io.tracetide.query.answer.InstanceList;
import io.tracetide.query.answer.ObjectiveBudgets;
import io.tracetide.query.answer.ServiceList;
import io.tracetide.query.answer.Trace;
import io.tracetide.query.answer.TracePage;
import io.tracetide.query.answer.WindowAnalytics;
import io.tracetide.query.answer.WorkflowContracts;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java client has a value for every field of the answers that the OpenAPI document lists. */
class QueryClientFieldsTest {
  private static final JsonNode DOCUMENT = ApiDocument.read();

  static List<Arguments> answers() {
    return List.of(
        Arguments.of("Analytics", WindowAnalytics.class),
        Arguments.of("Dashboard", FleetDashboard.class),
        Arguments.of("Services", ServiceList.class),
        Arguments.of("Objectives", ObjectiveBudgets.class),
        Arguments.of("Anomalies", AnomalyList.class),
        Arguments.of("Incidents", IncidentList.class),
        Arguments.of("Detection", DetectionWarmUp.class),
        Arguments.of("Traces", TracePage.class),
        Arguments.of("Trace", Trace.class),
        Arguments.of("AuditEntries", AuditPage.class),
        Arguments.of("AuditVerification", AuditVerification.class),
        Arguments.of("AnomalyJudgement", AnomalyJudgement.class),
        Arguments.of("Contracts", WorkflowContracts.class),
        Arguments.of("Instances", InstanceList.class));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void shouldHaveAValueForEveryField(String schema, Class<?> answer) {
    compare(DOCUMENT.at("/components/schemas/" + schema), answer, schema);
  }

  private static void compare(JsonNode schema, Class<?> type, String path) {
    List<String> fields = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      fields.add(name(component));
    }
    List<String> documented = new ArrayList<>();
    schema.path("properties").fieldNames().forEachRemaining(documented::add);
    assertThat(fields).as(path).containsAll(documented);
    for (RecordComponent component : type.getRecordComponents()) {
      JsonNode field = resolved(schema.path("properties").path(name(component)));
      Class<?> valueType = elementType(component.getGenericType());
      if (valueType.isRecord() && field.has("properties")) {
        compare(field, valueType, path + "." + name(component));
      }
    }
  }

  private static String name(RecordComponent component) {
    JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
    return renamed == null ? component.getName() : renamed.value();
  }

  /** The schema of a value, or of the elements of a list. */
  private static JsonNode resolved(JsonNode field) {
    JsonNode schema = field;
    while (schema.has("$ref") || schema.has("oneOf") || schema.has("items")) {
      if (schema.has("$ref")) {
        schema = DOCUMENT.at(schema.get("$ref").asText().substring(1));
      } else {
        schema = schema.has("oneOf") ? schema.get("oneOf").get(0) : schema.get("items");
      }
    }
    return schema;
  }

  private static Class<?> elementType(Type type) {
    if (type instanceof ParameterizedType list) {
      return elementType(list.getActualTypeArguments()[list.getActualTypeArguments().length - 1]);
    }
    return (Class<?>) type;
  }
}
