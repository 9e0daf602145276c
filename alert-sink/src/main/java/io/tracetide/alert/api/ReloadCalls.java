package io.tracetide.alert.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.alert.api.view.StatusView;
import io.tracetide.alert.reload.ConfigReload;
import io.tracetide.alert.reload.ReloadStatus;
import io.tracetide.runtime.http.Callers;

/**
 * Alertmanager's {@code POST /-/reload}: reads the configuration again. The answer is plain text,
 * and 500 with the problems if the configuration cannot be used, or 503 if another reload does not
 * end.
 */
final class ReloadCalls implements HttpService {
  private final ConfigReload<?> reload;

  ReloadCalls(ConfigReload<?> reload) {
    this.reload = reload;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    CrossSite.checkOrigin(request.headers());
    // The answer that a reload is in progress comes before that of a request that takes too long.
    ctx.setRequestTimeout(TimeoutMode.EXTEND, ConfigReload.WAIT);
    String caller = Callers.of(ctx).actor();
    return HttpResponse.of(() -> answer(caller), ctx.blockingTaskExecutor());
  }

  private HttpResponse answer(String caller) {
    ReloadStatus status;
    try {
      status = reload.reload(caller);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Replies.unavailable("the alert sink ends");
    } catch (ConfigReload.InProgressException e) {
      return text(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
    }
    return status.isSuccessful()
        ? text(HttpStatus.OK, applied(status))
        : text(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "failed to reload config, the one before stays in force: " + status.reason());
  }

  private static String applied(ReloadStatus status) {
    String text = status.result().label();
    return status.restartRequired().isEmpty()
        ? text
        : text + "; a restart is required for " + String.join(", ", status.restartRequired());
  }

  private static HttpResponse text(HttpStatus status, String text) {
    return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, text + "\n");
  }

  /** The newest reload, for the status. */
  StatusView.Reload view() {
    ReloadStatus status = reload.status();
    return new StatusView.Reload(
        AlertView.time(status.at()),
        status.by(),
        status.result().label(),
        status.problems(),
        status.restartRequired(),
        AlertView.time(status.lastSuccess()));
  }
}
