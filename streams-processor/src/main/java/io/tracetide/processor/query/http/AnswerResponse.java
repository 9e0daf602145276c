package io.tracetide.processor.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.RangeAnswer;
import io.tracetide.runtime.http.Callers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An answer in its form, with an entity tag: a request with the tag of the same answer gets 304.
 *
 * <p>The tag is weak, because the same answer may be compressed or not, and because it does not
 * depend on the ends of a range that moves with the clock. It depends on the tenants of the caller,
 * so that the tag of one never matches an answer to another.
 */
public final class AnswerResponse {
  /** Request headers that an answer depends on. */
  static final String VARY = "Authorization, Cookie, Accept, Accept-Encoding";

  private static final String META = "Tracetide-";

  /** How answers of a range begin. */
  private static final String RANGE = "{\"from\":\"%s\",\"to\":\"%s\"";

  private AnswerResponse() {}

  /** The answer as JSON. */
  public static HttpResponse json(ServiceRequestContext context, Record answer) {
    byte[] body = AnswerJson.bytes(answer);
    return respond(
        context,
        builder(AnswerForm.JSON),
        body,
        context.queryParams().contains("from") ? 0 : rangeLength(answer));
  }

  /**
   * The rows of an answer, and the fields beside them as headers.
   *
   * @param tables its rows
   * @throws BadParameterException when the form has one table, and the answer several
   */
  public static HttpResponse rows(
      ServiceRequestContext context, AnswerForm form, Record answer, List<AnswerTable> tables) {
    if (form == AnswerForm.JSON) {
      return json(context, answer);
    }
    if (form == AnswerForm.CSV && tables.size() > 1) {
      throw new BadParameterException(
          "Parameter 'format' accepts 'csv' for one table: request series of spans or of metrics,"
              + " not both, or use ndjson.");
    }
    byte[] body = form == AnswerForm.CSV ? tables.get(0).csv() : AnswerTable.lines(tables);
    ResponseHeadersBuilder headers = builder(form);
    addSummary(AnswerJson.tree(answer), META, headers);
    String path = context.path();
    headers.set(
        HttpHeaderNames.CONTENT_DISPOSITION,
        "attachment; filename=\"%s.%s\""
            .formatted(path.substring(path.lastIndexOf('/') + 1), form.extension()));
    return respond(context, headers, body, 0);
  }

  private static ResponseHeadersBuilder builder(AnswerForm form) {
    return ResponseHeaders.builder(HttpStatus.OK).contentType(form.type());
  }

  /** Fields that are not rows: {@code partial} is the header {@code Tracetide-Partial}. */
  private static void addSummary(JsonNode answer, String prefix, ResponseHeadersBuilder headers) {
    for (Map.Entry<String, JsonNode> field : answer.properties()) {
      JsonNode value = field.getValue();
      String name = prefix + headerName(field.getKey());
      if (value.isObject()) {
        addSummary(value, name + "-", headers);
      } else if (value.isArray()) {
        List<String> texts = new ArrayList<>();
        value.forEach(each -> texts.add(each.isTextual() ? each.textValue() : ""));
        if (!texts.isEmpty() && !texts.contains("")) {
          headers.set(name, String.join(", ", texts));
        }
      } else if (!value.isNull()) {
        headers.set(name, value.asText());
      }
    }
  }

  private static String headerName(String field) {
    String words = field.replaceAll("([A-Z])", "-$1");
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static HttpResponse respond(
      ServiceRequestContext context, ResponseHeadersBuilder headers, byte[] body, int skipped) {
    String tag = tag(Callers.of(context).tenants().toString(), body, skipped);
    headers.set(HttpHeaderNames.ETAG, tag).set(HttpHeaderNames.CACHE_CONTROL, "private, no-cache");
    if (EntityTag.isKnown(context.request(), tag)) {
      return HttpResponse.of(headers.status(HttpStatus.NOT_MODIFIED).build());
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(body));
  }

  /** Bytes of the range at the beginning of an answer; 0 when it has none. */
  private static int rangeLength(Record answer) {
    return answer instanceof RangeAnswer of
        ? RANGE.formatted(of.from(), of.to()).getBytes(UTF_8).length
        : 0;
  }

  private static String tag(String tenants, byte[] body, int skipped) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(tenants.getBytes(UTF_8));
      digest.update(body, skipped, body.length - skipped);
      return "W/\"" + HexFormat.of().formatHex(digest.digest(), 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
