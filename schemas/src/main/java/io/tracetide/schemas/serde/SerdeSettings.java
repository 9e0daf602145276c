package io.tracetide.schemas.serde;

import io.tracetide.schemas.registry.RegistrySettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings of the Kafka serializers. The keys are those of Confluent's serializers, so that either
 * can replace the other. Values that are not supported are refused and never ignored.
 *
 * @param registry address of the schema registry
 * @param autoRegister whether a new schema is registered; otherwise it must exist
 */
record SerdeSettings(RegistrySettings registry, boolean autoRegister) {

  static final String URL = "schema.registry.url";
  static final String AUTO_REGISTER = "auto.register.schemas";
  static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
  static final String USER_INFO = "basic.auth.user.info";
  static final String CONNECT_TIMEOUT_MS = "http.connect.timeout.ms";
  static final String READ_TIMEOUT_MS = "http.read.timeout.ms";
  static final String MAX_RETRIES = "max.retries";

  /** Settings of Confluent's serializers for which only this value is supported. */
  private static final Map<String, String> FIXED =
      Map.of(
          "specific.avro.reader", "true",
          "use.latest.version", "false",
          "avro.remove.java.properties", "false",
          "key.subject.name.strategy", "TopicNameStrategy",
          "value.subject.name.strategy", "TopicNameStrategy");

  private record Credentials(String username, String password) {
    static final Credentials NONE = new Credentials("", "");

    static Credentials of(String userInfo, String key) {
      int colon = userInfo.indexOf(':');
      if (colon < 1) {
        throw new ConfigException(key + " is not of the form user:password");
      }
      return new Credentials(userInfo.substring(0, colon), userInfo.substring(colon + 1));
    }
  }

  /**
   * The settings among all those of a producer or consumer.
   *
   * @throws ConfigException if one is missing, malformed or not supported
   */
  static SerdeSettings of(Map<String, ?> configs) {
    FIXED.forEach((key, only) -> requireFixed(configs, key, only));
    List<String> urls = urls(configs);
    Credentials credentials = credentials(configs, urls);
    String plainUrls =
        urls.stream().map(SerdeSettings::withoutUserInfo).collect(Collectors.joining(","));
    try {
      RegistrySettings defaults = RegistrySettings.of(plainUrls);
      RegistrySettings registry =
          new RegistrySettings(
              plainUrls,
              credentials.username(),
              credentials.password(),
              millis(configs, CONNECT_TIMEOUT_MS, defaults.connectTimeout()),
              millis(configs, READ_TIMEOUT_MS, defaults.requestTimeout()),
              Math.toIntExact(number(configs, MAX_RETRIES, defaults.maxAttempts() - 1L) + 1));
      return new SerdeSettings(registry, flag(configs, AUTO_REGISTER, true));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  private static List<String> urls(Map<String, ?> configs) {
    Object value = configs.get(URL);
    List<String> urls =
        value instanceof Collection<?> many
            ? many.stream().map(String::valueOf).toList()
            : Arrays.asList(Objects.toString(value, "").split(",", -1));
    List<String> given = urls.stream().map(String::strip).filter(url -> !url.isEmpty()).toList();
    if (given.isEmpty()) {
      throw new ConfigException(URL + " is missing, expected http(s)://host:port[/path]");
    }
    return given;
  }

  private static Credentials credentials(Map<String, ?> configs, List<String> urls) {
    String source = text(configs, CREDENTIALS_SOURCE, "URL");
    return switch (source) {
      case "USER_INFO" -> Credentials.of(text(configs, USER_INFO, ""), USER_INFO);
      case "URL" ->
          urls.stream()
              .map(SerdeSettings::userInfo)
              .filter(info -> !info.isEmpty())
              .findFirst()
              .map(info -> Credentials.of(info, "the part before the @ of " + URL))
              .orElse(Credentials.NONE);
      default ->
          throw new ConfigException(
              CREDENTIALS_SOURCE + " is " + source + ", expected URL or USER_INFO");
    };
  }

  private static String userInfo(String url) {
    int start = url.indexOf("://") + 3;
    int at = url.indexOf('@');
    return start > 2 && at > start ? decoded(url.substring(start, at)) : "";
  }

  private static String withoutUserInfo(String url) {
    int start = url.indexOf("://") + 3;
    int at = url.indexOf('@');
    return start > 2 && at > start ? url.substring(0, start) + url.substring(at + 1) : url;
  }

  private static String decoded(String userInfo) {
    // In the user info of a URL a plus is literal, while the form decoder converts it to a space.
    return URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static void requireFixed(Map<String, ?> configs, String key, String only) {
    String value = text(configs, key, only);
    String simple = value.substring(value.lastIndexOf('.') + 1);
    if (!simple.equalsIgnoreCase(only)) {
      throw new ConfigException(key + " is " + value + ", and only " + only + " is supported");
    }
  }

  private static boolean flag(Map<String, ?> configs, String key, boolean absent) {
    String value = text(configs, key, Boolean.toString(absent));
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ConfigException(key + " is " + value + ", expected true or false");
    };
  }

  private static Duration millis(Map<String, ?> configs, String key, Duration absent) {
    return Duration.ofMillis(number(configs, key, absent.toMillis()));
  }

  private static long number(Map<String, ?> configs, String key, long absent) {
    String value = text(configs, key, Long.toString(absent));
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new ConfigException(key + " is " + value + ", expected a whole number");
    }
  }

  private static String text(Map<String, ?> configs, String key, String absent) {
    Object value = configs.get(key);
    if (value == null) {
      return absent;
    }
    return value instanceof Class<?> type ? type.getName() : value.toString().strip();
  }
}
