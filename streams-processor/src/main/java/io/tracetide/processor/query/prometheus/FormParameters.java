package io.tracetide.processor.query.prometheus;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.query.promql.source.Steps;
import io.tracetide.processor.query.promql.syntax.Numbers;
import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.request.UnknownTenantException;
import io.tracetide.runtime.access.Tenants;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Parameters of a request, from the query of its URL and from the form in its body. As in
 * Prometheus, a parameter that an endpoint does not have is ignored.
 */
final class FormParameters {
  private static final double MILLIS_PER_SECOND = 1_000;
  private static final long LATEST_MS = Instant.parse("2500-01-01T00:00:00Z").toEpochMilli();
  private static final double SHORTEST_SECONDS = 0.001;
  private static final double LONGEST_SECONDS = 100 * 365 * 86_400.0;

  /** No parameters. */
  static final FormParameters NONE = new FormParameters(List.of());

  private final List<QueryParams> sources;

  private FormParameters(List<QueryParams> sources) {
    this.sources = sources;
  }

  static FormParameters of(ServiceRequestContext context, AggregatedHttpRequest request) {
    List<QueryParams> sources = new ArrayList<>();
    if (request.method() == HttpMethod.POST && !request.content().isEmpty()) {
      MediaType type = request.contentType();
      if (type == null || !type.is(MediaType.FORM_DATA)) {
        throw PromqlException.badData(
            "the body of a POST is a form: content-type application/x-www-form-urlencoded");
      }
      sources.add(QueryParams.fromQueryString(request.contentUtf8()));
    }
    sources.add(context.queryParams());
    return new FormParameters(sources);
  }

  List<String> all(String name) {
    return sources.stream().flatMap(source -> source.getAll(name).stream()).toList();
  }

  /** The first value; a parameter that is empty is the same as none. */
  Optional<String> one(String name) {
    return all(name).stream().findFirst().filter(value -> !value.isEmpty());
  }

  String required(String name) {
    return one(name)
        .orElseThrow(
            () -> PromqlException.badData("the parameter \"%s\" is missing".formatted(name)));
  }

  /**
   * The tenants to read.
   *
   * @throws UnknownTenantException when the caller has no access to the requested one
   */
  Tenants tenants(Tenants allowed) {
    Optional<String> tenant = one("tenant");
    if (tenant.isPresent() && !allowed.includes(tenant.get())) {
      throw new UnknownTenantException(tenant.get());
    }
    return tenant.isPresent() ? Tenants.of(tenant.get()) : allowed;
  }

  /** A time in milliseconds since the epoch, given in Unix seconds or in RFC 3339. */
  OptionalLong timeMs(String name) {
    return one(name).map(text -> OptionalLong.of(timeMs(name, text))).orElse(OptionalLong.empty());
  }

  private static long timeMs(String name, String text) {
    Optional<Double> seconds = decimal(text);
    if (seconds.isPresent()) {
      double millis = Math.rint(seconds.get() * MILLIS_PER_SECOND);
      if (millis >= 0 && millis <= LATEST_MS) {
        return (long) millis;
      }
      throw badTime(name, text);
    }
    try {
      long millis = OffsetDateTime.parse(text.replace(' ', '+')).toInstant().toEpochMilli();
      if (millis >= 0 && millis <= LATEST_MS) {
        return millis;
      }
    } catch (DateTimeException | ArithmeticException notATime) {
      // rejected below
    }
    throw badTime(name, text);
  }

  private static PromqlException badTime(String name, String text) {
    return PromqlException.badData(
        ("invalid parameter \"%s\": cannot parse %s to a valid timestamp: use Unix seconds or RFC"
                + " 3339, between 1970 and 2500")
            .formatted(name, PromqlException.quoted(text)));
  }

  /** A duration, given in seconds or as 5m. */
  OptionalLong durationMs(String name) {
    Optional<String> given = one(name);
    if (given.isEmpty()) {
      return OptionalLong.empty();
    }
    String text = given.get();
    Optional<Double> seconds = decimal(text);
    if (seconds.isEmpty() && Numbers.isDuration(text)) {
      seconds = Optional.of(Numbers.durationMs(text) / MILLIS_PER_SECOND);
    }
    return OptionalLong.of(
        seconds
            .filter(value -> value >= SHORTEST_SECONDS && value <= LONGEST_SECONDS)
            .map(value -> Math.round(value * MILLIS_PER_SECOND))
            .orElseThrow(
                () ->
                    PromqlException.badData(
                        ("invalid parameter \"%s\": cannot parse %s to a valid duration: use"
                                + " positive seconds or a duration such as 15s")
                            .formatted(name, PromqlException.quoted(text)))));
  }

  /**
   * The steps of a range query.
   *
   * @param most more are rejected
   */
  Steps steps(int most) {
    required("start");
    required("end");
    required("step");
    long startMs = timeMs("start").orElseThrow();
    long endMs = timeMs("end").orElseThrow();
    long stepMs = durationMs("step").orElseThrow();
    if (endMs < startMs) {
      throw PromqlException.badData(
          "invalid parameter \"end\": end timestamp must not be before start time");
    }
    long count = (endMs - startMs) / stepMs + 1;
    if (count > most) {
      throw PromqlException.badData(
          ("exceeded maximum resolution of %d points per timeseries. Try decreasing the query"
                  + " resolution (?step=XX)")
              .formatted(most));
    }
    return new Steps(startMs, stepMs, (int) count);
  }

  /** A number of results; absent or 0 for the most. */
  int limit(int most) {
    Optional<String> text = one("limit");
    if (text.isEmpty()) {
      return most;
    }
    try {
      int limit = Integer.parseInt(text.get());
      if (limit >= 0) {
        return limit == 0 ? most : Math.min(limit, most);
      }
    } catch (NumberFormatException notANumber) {
      // rejected below
    }
    throw PromqlException.badData(
        "invalid parameter \"limit\": %s is not a whole number"
            .formatted(PromqlException.quoted(text.get())));
  }

  private static Optional<Double> decimal(String text) {
    try {
      boolean plain = text.length() <= 40 && text.matches("[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?");
      return plain ? Optional.of(Double.parseDouble(text)) : Optional.empty();
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }
}
