package io.tracetide.gateway.format.zipkin;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.json.RejectedList;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/**
 * Spans of Zipkin's {@code /api/v2/spans}: a JSON array, read as a stream.
 *
 * <p>The response is that of Zipkin, 202 without a body. If spans were refused, a body lists them;
 * Zipkin's reporters ignore it.
 */
public final class ZipkinJson implements PayloadFormat {

  public static final String CONTENT_TYPE = "application/json";

  private static final int ACCEPTED = 202;
  private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
  private static final Answer NO_BODY = new Answer("", new byte[0]);

  private final JsonBodies json;

  public ZipkinJson(JsonBodies json) {
    this.json = json;
  }

  @Override
  public String label() {
    return "zipkin";
  }

  @Override
  public void read(Payload body, RecordBatchBuilder batch) {
    batch.timesIn(ChronoUnit.MICROS);
    json.read(body, "spans", (parser, text) -> request(parser, batch));
  }

  private static void request(JsonParser parser, RecordBatchBuilder batch) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw RefusedRequestException.malformed("JSON: a list of spans is expected");
    }
    ZipkinSpanReader spans = new ZipkinSpanReader(parser, batch);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw RefusedRequestException.malformed("JSON: every span must be an object");
      }
      spans.read();
    }
  }

  @Override
  public int acceptedStatus() {
    return ACCEPTED;
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused, Set<String> warnings) {
    return refused.isEmpty()
        ? NO_BODY
        : new Answer(CONTENT_TYPE, json.write(RejectedList.of(accepted, refused)));
  }

  @Override
  public Answer refused(RequestRefusal refusal, String detail) {
    return new Answer(PLAIN_TEXT, detail.getBytes(StandardCharsets.UTF_8));
  }
}
