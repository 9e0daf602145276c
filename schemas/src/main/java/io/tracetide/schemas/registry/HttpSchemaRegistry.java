package io.tracetide.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tracetide.schemas.registry.RegistryReply.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Client of a registry with Confluent's REST API: Confluent's own, Apicurio, Karapace.
 *
 * <p>Responses are cached. While the registry is down, cached schemas stay usable and only new ones
 * wait for it.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {

  /** Cached responses of each kind; a system has tens. */
  private static final int CACHED_RESPONSES = 1_000;

  private static final Duration UNKNOWN_TTL = Duration.ofSeconds(60);

  private final RegistryHttp http;
  private final ResponseCache<Integer, Schema> schemas;
  private final ResponseCache<Version, Integer> registered;
  private final ResponseCache<Version, Integer> found;

  /** A schema under a subject. */
  private record Version(String subject, Schema schema) {}

  private HttpSchemaRegistry(RegistryHttp http, RetryPace pace) {
    this.http = http;
    this.schemas = new ResponseCache<>(CACHED_RESPONSES, UNKNOWN_TTL, pace);
    this.registered = new ResponseCache<>(CACHED_RESPONSES, UNKNOWN_TTL, pace);
    this.found = new ResponseCache<>(CACHED_RESPONSES, UNKNOWN_TTL, pace);
  }

  /** Creates a client. It connects with the first request. */
  public static HttpSchemaRegistry create(RegistrySettings settings) {
    return create(settings, RetryPace.SYSTEM, () -> ThreadLocalRandom.current().nextLong());
  }

  static HttpSchemaRegistry create(
      RegistrySettings settings, RetryPace pace, RandomGenerator random) {
    return new HttpSchemaRegistry(new RegistryHttp(settings, pace, random), pace);
  }

  @Override
  public int register(String subject, Schema schema) {
    int id = registered.get(new Version(subject, schema), this::askToRegister);
    schemas.put(id, schema);
    return id;
  }

  @Override
  public int lookup(String subject, Schema schema) {
    int id = found.get(new Version(subject, schema), this::askForId);
    schemas.put(id, schema);
    return id;
  }

  @Override
  public Schema schemaById(int id) {
    if (id < 0) {
      throw new UnknownSchemaException("no schema has the id " + id + ": ids are not negative");
    }
    return schemas.get(id, this::askForSchema);
  }

  @Override
  public SortedMap<Integer, Schema> versions(String subject) {
    String path = "/subjects/" + encoded(subject) + "/versions/";
    SortedMap<Integer, Schema> versions = new TreeMap<>();
    Answer newest = http.send("GET", path + "latest", null);
    if (newest.isDenial()) {
      return versions;
    }
    int count = requireSuccess(newest, "get the versions of " + subject).path("version").asInt();
    for (int number = 1; number <= count; number++) {
      Answer answer = http.send("GET", path + number, null);
      if (!answer.isDenial()) {
        JsonNode json = requireSuccess(answer, "get version " + number + " of " + subject);
        versions.put(number, parse(json.path("id").asInt(), json, json.path("schema").asText()));
      }
    }
    return versions;
  }

  @Override
  public void setCompatibility(String subject, String level) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("compatibility", level);
    Answer answer = http.send("PUT", "/config/" + encoded(subject), body);
    if (answer.status() == 422) {
      throw new IllegalArgumentException(
          "schema registry refuses the compatibility level " + level + ": " + answer.message());
    }
    if (!answer.isSuccess()) {
      throw unusable(answer, "set the compatibility of " + subject);
    }
  }

  /** Does nothing: connections end when they are idle, and no thread of the client is kept. */
  @Override
  public void close() {}

  private int askToRegister(Version version) {
    String path = "/subjects/" + encoded(version.subject()) + "/versions";
    Answer answer = http.send("POST", path, body(version.schema()));
    if (answer.status() == 409 || answer.status() == 422) {
      throw new IncompatibleSchemaException(
          "schema registry refuses the schema of subject %s: %s"
              .formatted(version.subject(), answer.message()));
    }
    return id(answer, "register the schema of " + version.subject());
  }

  private int askForId(Version version) {
    Answer answer =
        http.send("POST", "/subjects/" + encoded(version.subject()), body(version.schema()));
    if (answer.isDenial()) {
      throw new UnknownSchemaException(
          "subject %s has no such schema %s, and it is not to be registered automatically"
              .formatted(version.subject(), version.schema().getFullName()));
    }
    return id(answer, "look up the schema of " + version.subject());
  }

  private Schema askForSchema(int id) {
    Answer answer = http.send("GET", "/schemas/ids/" + id, null);
    if (answer.isDenial()) {
      throw new UnknownSchemaException("no schema has the id " + id);
    }
    if (answer.isSuccess() && answer.oversized()) {
      throw new UnknownSchemaException(
          "schema %d is refused: it takes more than %d bytes"
              .formatted(id, RegistryHttp.MAX_BODY_BYTES));
    }
    JsonNode json = requireSuccess(answer, "get the schema " + id);
    JsonNode text = json.path("schema");
    if (!text.isTextual()) {
      throw unusable(answer, "get the schema " + id);
    }
    return parse(id, json, text.asText());
  }

  /** A schema under an id never changes, so one that cannot be used is rejected for good. */
  private static Schema parse(int id, JsonNode json, String text) {
    String type = json.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new UnknownSchemaException("schema " + id + " is of type " + type + ", not AVRO");
    }
    if (!json.path("references").isEmpty()) {
      throw new UnknownSchemaException(
          "schema " + id + " refers to others, which is not supported");
    }
    try {
      return new Schema.Parser().parse(text);
    } catch (AvroRuntimeException e) {
      throw new UnknownSchemaException("schema " + id + " is not Avro: " + e.getMessage());
    }
  }

  private static int id(Answer answer, String what) {
    JsonNode id = requireSuccess(answer, what).path("id");
    if (!id.isInt()) {
      throw unusable(answer, what);
    }
    return id.asInt();
  }

  private static JsonNode requireSuccess(Answer answer, String what) {
    JsonNode json = answer.json();
    if (!answer.isSuccess() || json == null) {
      throw unusable(answer, what);
    }
    return json;
  }

  /**
   * A response that is not a registry's: a wrong base URL, a proxy, missing rights. The operator
   * has to correct it; records are kept until then.
   */
  private static RegistryUnavailableException unusable(Answer answer, String what) {
    String hint =
        switch (answer.status()) {
          case 401, 403 -> "check user and password";
          case 404, 405 -> "check the base URL, for Apicurio it ends in /apis/ccompat/v7";
          default -> "check that the URL is a registry with the Confluent API";
        };
    return new RegistryUnavailableException(
        "schema registry %s answered %d to a request to %s%s (%s)"
            .formatted(
                answer.from(),
                answer.status(),
                what,
                answer.message().isEmpty() ? "" : ": " + answer.message(),
                hint),
        null);
  }

  private static ObjectNode body(Schema schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
