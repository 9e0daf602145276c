package io.tracetide.processor.query.http;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.Parameters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The form of an answer: one JSON object, or its rows as CSV or as JSON lines. */
public enum AnswerForm {
  JSON(MediaType.JSON_UTF_8),
  CSV(MediaType.CSV_UTF_8.withParameter("header", "present")),
  NDJSON(MediaType.create("application", "x-ndjson"));

  /** Name of the parameter, which comes before the header {@code Accept}. */
  public static final String PARAMETER = "format";

  @SuppressWarnings("ImmutableEnumChecker") // Never changed.
  private final MediaType type;

  AnswerForm(MediaType type) {
    this.type = type;
  }

  MediaType type() {
    return type;
  }

  /** The end of a file's name. */
  String extension() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The form that a request asks for; JSON unless it prefers another. */
  public static AnswerForm of(Parameters parameters, RequestHeaders headers) {
    Optional<String> text = parameters.one(PARAMETER);
    if (text.isPresent()) {
      return Arrays.stream(values())
          .filter(form -> form.name().equalsIgnoreCase(text.get()))
          .findFirst()
          .orElseThrow(
              () ->
                  BadParameterException.rejected(PARAMETER, text.get(), "use json, csv or ndjson"));
    }
    for (MediaType accepted : headers.accept()) {
      if (accepted.qualityFactor(1) == 0) {
        continue;
      }
      for (AnswerForm form : values()) {
        if (form.type.withoutParameters().belongsTo(accepted.withoutParameters())) {
          return form;
        }
      }
    }
    return JSON;
  }
}
