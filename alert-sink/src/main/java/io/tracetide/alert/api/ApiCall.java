package io.tracetide.alert.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.runtime.access.Caller;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.http.Callers;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A request to the API.
 *
 * @param context of the request
 * @param request with its body
 * @param caller its sender
 */
record ApiCall(ServiceRequestContext context, AggregatedHttpRequest request, Caller caller) {

  static ApiCall of(ServiceRequestContext context, AggregatedHttpRequest request) {
    return new ApiCall(context, request, Callers.of(context));
  }

  Tenants tenants() {
    return caller.tenants();
  }

  /** The query parameters, of which all must be known. */
  AlertParameters parameters(String... known) {
    return new AlertParameters(QueryParams.fromQueryString(context.query()), Set.of(known));
  }

  /** The part of the path with this name. */
  String path(String name) {
    return String.valueOf(context.pathParam(name));
  }

  /** Whether another instance sends it, which reads only what is here. */
  boolean isFromPeer() {
    return request.headers().contains(SinkPeers.FROM_PEER);
  }

  /** The partitions that another instance expects here; none for other callers. */
  List<Integer> expected() {
    String list = request.headers().get(SinkPeers.FROM_PEER, "");
    return list.matches("[0-9]{1,6}(,[0-9]{1,6}){0,9999}")
        ? Arrays.stream(list.split(",")).map(Integer::valueOf).toList()
        : List.of();
  }

  /** The body as JSON. */
  JsonNode json() {
    try {
      JsonNode body = Replies.JSON.readTree(request.content().array());
      if (body == null || body.isMissingNode()) {
        throw Replies.badRequest("the body is empty, expected JSON");
      }
      return body;
    } catch (JsonProcessingException e) {
      // What follows in such a message is about the parser.
      throw Replies.badRequest(
          "the body is not JSON: "
              + e.getOriginalMessage().replaceFirst(" \\(start marker .*", ""));
    } catch (IOException e) {
      throw Replies.badRequest("the body cannot be read");
    }
  }
}
