package io.tracetide.alert.api;

import com.linecorp.armeria.common.HttpResponse;
import io.tracetide.alert.contract.CommandWriter;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.topology.InputLog;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.runtime.kafka.feedback.Judgement;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Feedback;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists feedback and withdraws it. Every instance has that of all tenants. */
final class FeedbackCalls {
  private static final int MAX_AUTHOR = 200;
  private static final int DEFAULT_LIMIT = 1_000;

  private final TenantReads state;
  private final InputLog inputs;
  private final FeedbackBook book;

  FeedbackCalls(TenantReads state, InputLog inputs, FeedbackBook book) {
    this.state = state;
    this.inputs = inputs;
    this.book = book;
  }

  HttpResponse list(ApiCall call) {
    AlertParameters given =
        call.parameters(AlertParameters.TENANT, "state", "fingerprint", "limit");
    Optional<Judgement.State> wanted = given.text("state").map(FeedbackCalls::stateOf);
    Optional<String> fingerprint = given.text("fingerprint");
    int limit = given.number("limit", DEFAULT_LIMIT, FeedbackBook.MAX_PER_TENANT);
    Instant now = state.now();
    List<Map<String, Object>> found = new ArrayList<>();
    permitted(call, given)
        .flatMap(tenant -> book.of(tenant).stream())
        .filter(each -> fingerprint.isEmpty() || fingerprint.get().equals(each.fingerprint()))
        .filter(each -> wanted.isEmpty() || wanted.get() == book.state(each, now))
        .limit(limit)
        .forEach(each -> found.add(json(each, book.state(each, now))));
    return Replies.json(found);
  }

  HttpResponse revoke(ApiCall call) {
    CrossSite.check(call);
    AlertParameters given = call.parameters(AlertParameters.TENANT, "by");
    String author = given.text("by").orElse("");
    if (author.isBlank() || author.length() > MAX_AUTHOR) {
      throw Replies.badParameter(
          "by", "who withdraws the feedback, at most " + MAX_AUTHOR + " characters");
    }
    String id = call.path("id");
    Judgement judgement =
        permitted(call, given)
            .flatMap(tenant -> book.find(tenant, id).stream())
            .findFirst()
            .orElseThrow(() -> Replies.notFound("feedback " + id + " not found"));
    if (!judgement.isRevoked()) {
      inputs.append(
          List.of(
              InputWriter.input(
                  judgement.tenant(), state.now(), revocation(judgement, author, state.now()))));
    }
    return Replies.empty();
  }

  /** The judgement with its withdrawal; its time stays, because it orders the judgements. */
  private static AlertCommand revocation(Judgement judgement, String author, Instant now) {
    return CommandWriter.feedback(
        judgement.tenant(),
        judgement.id(),
        judgement.givenAt(),
        Feedback.newBuilder(judgement.feedback())
            .setRevokedBy(author)
            .setRevokedAt(now.truncatedTo(ChronoUnit.MICROS))
            .build());
  }

  private Stream<String> permitted(ApiCall call, AlertParameters given) {
    Optional<String> tenant = given.text(AlertParameters.TENANT);
    return book.tenants().stream()
        .filter(name -> call.tenants().includes(name))
        .filter(name -> tenant.isEmpty() || tenant.get().equals(name));
  }

  private static Judgement.State stateOf(String text) {
    for (Judgement.State each : Judgement.State.values()) {
      if (name(each).equals(text)) {
        return each;
      }
    }
    throw Replies.badParameter("state", "active, superseded, expired or revoked");
  }

  private static Map<String, Object> json(Judgement judgement, Judgement.State state) {
    Feedback feedback = judgement.feedback();
    Anomaly anomaly = judgement.anomaly();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", judgement.id());
    json.put("tenant", judgement.tenant());
    json.put("state", name(state));
    json.put("verdict", name(feedback.getVerdict()));
    json.put("fingerprint", anomaly.getFingerprint());
    json.put("anomalyId", anomaly.getAnomalyId());
    json.put("service", anomaly.getServiceName());
    json.put("operation", anomaly.getOperationName());
    json.put("kind", name(anomaly.getKind()));
    json.put("summary", anomaly.getSummary());
    json.put("by", feedback.getGivenBy());
    json.put("at", judgement.givenAt().toString());
    json.put("comment", feedback.getComment());
    putIfPresent(json, "until", feedback.getExpectedUntil());
    putIfPresent(json, "revokedBy", feedback.getRevokedBy());
    putIfPresent(json, "revokedAt", feedback.getRevokedAt());
    return json;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void putIfPresent(Map<String, Object> json, String name, @Nullable Object value) {
    if (value != null) {
      json.put(name, value.toString());
    }
  }
}
