package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;

/**
 * Refuses requests to a loopback listener that name another host. A web page can point its own name
 * at 127.0.0.1 (DNS rebinding) and so read what a browser on this machine can reach; the Host
 * header contains that name.
 */
final class LoopbackHostOnly implements DecoratingHttpServiceFunction {
  @Override
  public HttpResponse serve(HttpService next, ServiceRequestContext ctx, HttpRequest request)
      throws Exception {
    String authority = request.authority();
    if (authority == null || ListenerConfig.isLoopback(host(authority))) {
      return next.serve(ctx, request);
    }
    return ProblemResponse.of(
        HttpStatus.MISDIRECTED_REQUEST,
        "Misdirected request",
        "this listener serves localhost only; set insecure: true to serve other host names");
  }

  private static String host(String authority) {
    return authority.replaceFirst(":\\d*$", "").replaceAll("^\\[|]$", "");
  }
}
