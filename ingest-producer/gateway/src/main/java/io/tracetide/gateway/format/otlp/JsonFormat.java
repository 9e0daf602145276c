package io.tracetide.gateway.format.otlp;

import com.fasterxml.jackson.core.JsonParser;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RequestRefusal;
import java.util.List;
import java.util.Set;

/** An OTLP signal in Protobuf's JSON mapping. */
abstract class JsonFormat implements PayloadFormat {

  private final String label;
  private final ExportResponse response;
  final JsonBodies json;
  final int maxNodes;

  /**
   * Reads with limits.
   *
   * @param maxNodes JSON values in one span or data point
   */
  JsonFormat(String label, ExportResponse response, JsonBodies json, int maxNodes) {
    this.label = label;
    this.response = response;
    this.json = json;
    this.maxNodes = maxNodes;
  }

  /** The reader of one request, whose body the parser is open on. */
  abstract JsonEnvelope<?> reader(Payload body, JsonParser parser, RecordBatchBuilder batch);

  @Override
  public final String label() {
    return label;
  }

  @Override
  public final void read(Payload body, RecordBatchBuilder batch) {
    json.read(body, "request", (parser, text) -> reader(text, parser, batch).request());
  }

  @Override
  public final Answer accepted(int accepted, List<Refusal> refused, Set<String> warnings) {
    return new Answer(OtlpJson.CONTENT_TYPE, json.write(response.json(refused, warnings)));
  }

  @Override
  public final Answer refused(RequestRefusal refusal, String detail) {
    return new Answer(
        OtlpJson.CONTENT_TYPE, json.write(ExportResponse.jsonStatus(refusal, detail)));
  }
}
