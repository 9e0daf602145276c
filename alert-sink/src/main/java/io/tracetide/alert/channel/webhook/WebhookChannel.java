package io.tracetide.alert.channel.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.TemplateFailures;
import io.tracetide.alert.channel.http.AddressPolicy;
import io.tracetide.alert.channel.http.HttpPoster;
import io.tracetide.alert.channel.template.Escapes;
import io.tracetide.alert.channel.template.MessageTemplate;
import io.tracetide.alert.message.AlertMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Posts notifications in the format of Alertmanager's webhook, for any receiver of that format. */
final class WebhookChannel implements Channel {
  private static final String TEMPLATE = "template";

  /** Longest body of a template, in characters: that of a notification of the greatest size. */
  private static final int MAX_TEMPLATE_BODY = 1 << 20;

  private static final ObjectReader JSON =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final HttpPoster poster;
  private final Map<String, String> headers;
  private final Optional<Signature> signature;
  private final Optional<MessageTemplate> template;
  private final TemplateFailures failures;
  private final int maxAlerts;

  WebhookChannel(WebhookConfig config, ChannelContext context) {
    this.poster =
        new HttpPoster(
            config.address(),
            config.allowPrivate() ? AddressPolicy.ANY : AddressPolicy.PUBLIC_ONLY,
            config.connectTimeout(),
            config.timeout(),
            context.clock());
    this.headers = headers(config);
    this.signature =
        Optional.of(config.signingSecret())
            .filter(secret -> secret.isPresent())
            .map(secret -> new Signature(secret, context.clock()));
    this.template =
        config.template().isEmpty()
            ? Optional.empty()
            : Optional.of(
                MessageTemplate.parse(
                    TEMPLATE, config.template(), Escapes::json, MAX_TEMPLATE_BODY));
    this.failures = context.templates();
    this.maxAlerts = config.maxAlerts();
  }

  @Override
  public String kind() {
    return "webhook";
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    byte[] body = body(message.withAlerts(maxAlerts == 0 ? Integer.MAX_VALUE : maxAlerts));
    Map<String, String> sent = new HashMap<>(headers);
    signature.ifPresent(signature -> sent.putAll(signature.headers(body)));
    return poster.post(message.notification().getNotificationId(), body, sent);
  }

  private byte[] body(AlertMessage message) {
    return template
        .flatMap(each -> each.render(message, failures))
        .filter(this::isJson)
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .orElseGet(() -> WebhookBody.of(message));
  }

  private boolean isJson(String text) {
    try {
      if (!JSON.readTree(text).isMissingNode()) {
        return true;
      }
      failures.report(TEMPLATE, "the rendered body is empty");
    } catch (JsonProcessingException e) {
      failures.report(TEMPLATE, "the rendered body is not valid JSON");
    }
    return false;
  }

  private static Map<String, String> headers(WebhookConfig config) {
    Map<String, String> headers = new HashMap<>();
    config.headers().forEach((name, value) -> headers.put(name, value.reveal()));
    if (config.bearerToken().isPresent()) {
      headers.put("authorization", "Bearer " + config.bearerToken().reveal());
    }
    return headers;
  }

  @Override
  public void close() {
    poster.close();
  }
}
