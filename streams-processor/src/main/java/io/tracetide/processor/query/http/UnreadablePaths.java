package io.tracetide.processor.query.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.runtime.http.CurrentPeer;
import io.tracetide.runtime.http.ProblemResponse;
import io.tracetide.runtime.http.SecurityHeaders;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers in the form of an API when the path or the query of a request to it cannot be read. Such
 * a request is refused before the routes of the API are looked up. With HTTP/2 its path is not
 * known, and the answer is a problem document.
 */
public final class UnreadablePaths implements ServerErrorHandler {
  private final String root;
  private final Function<String, byte[]> form;

  /**
   * Of the paths of an API.
   *
   * @param root what the paths begin with
   * @param form the body of an answer with this reason, as JSON
   */
  public UnreadablePaths(String root, Function<String, byte[]> form) {
    this.root = root;
    this.form = form;
  }

  /** Leaves failures of services to the next handler. */
  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    return null;
  }

  @Override
  public @Nullable AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    if (!CurrentPeer.target().startsWith(root)
        || !ProblemResponse.isOfUnreadablePath(description)) {
      return null;
    }
    return AggregatedHttpResponse.of(
        ResponseHeaders.builder(status)
            .contentType(MediaType.JSON_UTF_8)
            .set(SecurityHeaders.ALL)
            .build(),
        HttpData.wrap(form.apply(ProblemResponse.UNREADABLE_PATH)));
  }
}
