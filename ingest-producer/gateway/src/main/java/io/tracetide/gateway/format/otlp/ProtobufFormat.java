package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RequestRefusal;
import java.util.List;
import java.util.Set;

/** An OTLP signal in protobuf. */
abstract class ProtobufFormat implements PayloadFormat {

  private final String label;
  private final ExportResponse response;

  ProtobufFormat(String label, ExportResponse response) {
    this.label = label;
    this.response = response;
  }

  /** The reader of one request. */
  abstract ProtobufEnvelope<?> reader(RecordBatchBuilder batch);

  @Override
  public final String label() {
    return label;
  }

  @Override
  public final void read(Payload body, RecordBatchBuilder batch) {
    reader(batch)
        .request(new ProtobufCursor(body.bytes(), body.from(), body.from() + body.length()));
  }

  @Override
  public final Answer accepted(int accepted, List<Refusal> refused, Set<String> warnings) {
    return new Answer(OtlpProtobuf.CONTENT_TYPE, response.protobuf(refused, warnings));
  }

  @Override
  public final Answer refused(RequestRefusal refusal, String detail) {
    return new Answer(OtlpProtobuf.CONTENT_TYPE, ExportResponse.protobufStatus(refusal, detail));
  }
}
