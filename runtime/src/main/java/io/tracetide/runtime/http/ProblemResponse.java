package io.tracetide.runtime.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An error response as problem details (RFC 9457). */
public final class ProblemResponse {

  /** Detail of the answer to a request whose path or query cannot be read. */
  public static final String UNREADABLE_PATH =
      "the path or the query has a control character such as %00, leaves the root, or is not"
          + " percent-encoded";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MediaType PROBLEM_JSON = MediaType.create("application", "problem+json");

  private ProblemResponse() {}

  /**
   * The plain form.
   *
   * @param title the kind of problem, the same for every occurrence
   * @param detail this occurrence, for the caller: which parameter, which values are accepted
   */
  public static HttpResponse of(HttpStatus status, String title, String detail) {
    return of(status, title, detail, Map.of());
  }

  /**
   * The form with further members.
   *
   * @param extensions such as the list of checks that are down
   */
  public static HttpResponse of(
      HttpStatus status, String title, String detail, Map<String, ?> extensions) {
    return aggregated(status, title, detail, extensions).toHttpResponse();
  }

  /**
   * Whether a request is refused because its path or query cannot be read.
   *
   * @param description Armeria's, of a request that it refuses before it looks up the route
   */
  public static boolean isOfUnreadablePath(@Nullable String description) {
    return "Invalid request path".equals(description);
  }

  static AggregatedHttpResponse aggregated(
      HttpStatus status, String title, String detail, Map<String, ?> extensions) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status.code());
    body.put("detail", detail);
    body.putAll(extensions);
    ResponseHeaders headers =
        ResponseHeaders.builder(status).contentType(PROBLEM_JSON).set(SecurityHeaders.ALL).build();
    return AggregatedHttpResponse.of(headers, HttpData.wrap(json(body)));
  }

  static byte[] json(Map<String, ?> body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a JSON body", e);
    }
  }
}
