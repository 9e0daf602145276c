package io.tracetide.alert.channel.alertmanager;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.http.AddressPolicy;
import io.tracetide.alert.channel.http.HttpPoster;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.NotificationReason;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes the alerts of a notification to all instances of an Alertmanager, at the same time. The
 * notification is delivered when at least one instance has accepted it, because instances of a
 * cluster exchange notifications, but not alerts: each should get them, and one is enough to notify
 * people.
 */
final class AlertmanagerChannel implements Channel {
  private static final Logger log = LoggerFactory.getLogger(AlertmanagerChannel.class);
  private static final String PATH = "/api/v2/alerts";

  private final String receiver;
  private final Clock clock;
  private final DeliveryMemory memory;
  private final AlertsBody body;
  private final List<HttpPoster> instances = new ArrayList<>();
  private final Map<String, String> headers;
  private final ExecutorService posting;

  AlertmanagerChannel(AlertmanagerConfig config, ChannelContext context) {
    this.receiver = context.receiver();
    this.clock = context.clock();
    this.memory = context.memory();
    this.body = new AlertsBody(config.validFor());
    config
        .urls()
        .forEach(
            url ->
                instances.add(
                    new HttpPoster(
                        endpoint(URI.create(url.reveal())),
                        config.allowPrivate() ? AddressPolicy.ANY : AddressPolicy.PUBLIC_ONLY,
                        config.connectTimeout(),
                        config.timeout(),
                        context.clock())));
    this.headers = headers(config);
    this.posting =
        Executors.newFixedThreadPool(
            instances.size(),
            task -> {
              Thread thread = new Thread(task, "alertmanager-" + receiver);
              thread.setDaemon(true);
              return thread;
            });
  }

  private static Map<String, String> headers(AlertmanagerConfig config) {
    if (config.bearerToken().isPresent()) {
      return Map.of("authorization", "Bearer " + config.bearerToken().reveal());
    }
    return config.basicAuth().username().isEmpty()
        ? Map.of()
        : Map.of("authorization", config.basicAuth().header());
  }

  /** The address of the API below a base address; a query is kept. */
  static URI endpoint(URI base) {
    String path = base.getRawPath().replaceAll("/+$", "") + PATH;
    String query = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
    return URI.create(base.getScheme() + "://" + base.getRawAuthority() + path + query);
  }

  @Override
  public String kind() {
    return "alertmanager";
  }

  @Override
  public boolean sends(NotificationReason reason) {
    return !AlertMessage.isAboutAcknowledgement(reason);
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    SentSeverities before =
        memory.get(message.groupKey()).map(SentSeverities::parse).orElse(SentSeverities.NONE);
    byte[] json = body.of(message, before, clock.instant());
    DeliveryResult result = post(message.notification().getNotificationId(), json);
    if (result instanceof Delivered) {
      remember(message);
    }
    return result;
  }

  private void remember(AlertMessage message) {
    SentSeverities sent = SentSeverities.of(message);
    if (sent.isEmpty()) {
      memory.remove(message.groupKey());
    } else {
      memory.put(message.groupKey(), sent.text());
    }
  }

  private DeliveryResult post(String notificationId, byte[] json) {
    List<Callable<DeliveryResult>> posts = new ArrayList<>();
    instances.forEach(instance -> posts.add(() -> instance.post(notificationId, json, headers)));
    List<DeliveryResult> results = new ArrayList<>();
    try {
      for (Future<DeliveryResult> post : posting.invokeAll(posts)) {
        results.add(post.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Retryable.because(FailureReason.INTERRUPTED, "cut short by a shutdown");
    } catch (ExecutionException | CancellationException e) {
      throw new IllegalStateException("a post failed without a result", e);
    }
    return combined(results);
  }

  /** Delivered if any is; else retryable if any is. */
  private DeliveryResult combined(List<DeliveryResult> results) {
    List<DeliveryResult> failures =
        results.stream().filter(r -> !(r instanceof Delivered)).toList();
    if (failures.isEmpty()) {
      return new Delivered();
    }
    if (failures.size() < results.size()) {
      log.warn(
          "alerts not accepted by some instances of Alertmanager receiver={} failed={} of={} {}",
          receiver,
          failures.size(),
          results.size(),
          failures.get(0));
      return new Delivered(
          failures.size() + " of " + results.size() + " instances have not accepted the alerts");
    }
    return failures.stream()
        .filter(Retryable.class::isInstance)
        .findFirst()
        .orElse(failures.get(0));
  }

  @Override
  public void close() {
    posting.shutdownNow();
    instances.forEach(HttpPoster::close);
  }
}
