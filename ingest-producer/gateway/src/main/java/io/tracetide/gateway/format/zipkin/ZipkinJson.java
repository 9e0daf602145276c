package io.tracetide.gateway.format.zipkin;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.json.RejectedList;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Spans as Zipkin's reporters send them to {@code /api/v2/spans}: a JSON array, read as a stream.
 *
 * <p>The answer is Zipkin's own, 202 and no body; only if spans were refused there is a body, which
 * lists them, for reporters look at nothing but the status.
 */
public final class ZipkinJson implements PayloadFormat {

  public static final String CONTENT_TYPE = "application/json";

  private static final int ACCEPTED = 202;
  private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
  private static final Answer NOTHING = new Answer("", new byte[0]);

  private final JsonBodies json;

  public ZipkinJson(JsonBodies json) {
    this.json = json;
  }

  @Override
  public String label() {
    return "zipkin";
  }

  @Override
  public void read(byte[] body, int from, int length, RecordBatchBuilder intake) {
    intake.timesIn(ChronoUnit.MICROS);
    json.read(json.text(body, from, length), parser -> request(parser, intake));
  }

  private static void request(JsonParser parser, RecordBatchBuilder intake) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw RefusedRequestException.malformed("JSON: a list of spans is expected");
    }
    ZipkinSpanReader spans = new ZipkinSpanReader(parser, intake);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw RefusedRequestException.malformed("JSON: every span must be an object");
      }
      spans.read();
    }
    if (parser.nextToken() != null) {
      throw RefusedRequestException.malformed("JSON: something follows the spans");
    }
  }

  @Override
  public int acceptedStatus() {
    return ACCEPTED;
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused) {
    return refused.isEmpty()
        ? NOTHING
        : new Answer(CONTENT_TYPE, json.write(RejectedList.of(accepted, refused)));
  }

  @Override
  public Answer refused(RequestRefusal refusal, String detail) {
    return new Answer(PLAIN_TEXT, detail.getBytes(StandardCharsets.UTF_8));
  }
}
