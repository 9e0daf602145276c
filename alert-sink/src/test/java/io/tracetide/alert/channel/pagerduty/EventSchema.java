package io.tracetide.alert.channel.pagerduty;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.InputStream;
import java.util.List;

/** The schema of requests of PagerDuty's Events API v2. */
final class EventSchema {
  private static final JsonSchema SCHEMA = schema();

  static List<String> problems(String json) {
    return SCHEMA
        .validate(
            json,
            InputFormat.JSON,
            context -> context.getExecutionConfig().setFormatAssertionsEnabled(true))
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static JsonSchema schema() {
    InputStream in = EventSchema.class.getResourceAsStream("/pagerduty/events-v2.schema.json");
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
  }

  private EventSchema() {}
}
