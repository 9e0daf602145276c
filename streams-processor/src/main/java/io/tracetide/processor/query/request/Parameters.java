package io.tracetide.processor.query.request;

import io.tracetide.runtime.access.Tenants;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Query parameters of one request. Every method rejects an invalid value with a {@link
 * BadParameterException} that names the accepted values; no parameter is ignored.
 */
public final class Parameters {
  static final String RANGE_ACCEPTED =
      "use a length of 1s to 366d such as 15m, 24h or 7d, or from and to in ISO-8601";

  private static final String INSTANT_ACCEPTED =
      "use an ISO-8601 time with its offset, between 1970 and 2500, such as 2026-01-31T08:00:00Z";
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,9})([smhd])");
  private static final Pattern WHOLE = Pattern.compile("\\d{1,9}");
  private static final Pattern NUMBERED = Pattern.compile("\\\\u[0-9a-fA-F]{4}");
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final Instant LATEST = Instant.parse("2500-01-01T00:00:00Z");
  private static final int MOST_NAMES = 100;

  private final Map<String, List<String>> values;
  private final Tenants allowed;

  private Parameters(Map<String, List<String>> values, Tenants allowed) {
    this.values = values;
    this.allowed = allowed;
  }

  /**
   * Parameters by name; rejects names outside of {@code accepted} and empty values.
   *
   * @param allowed tenants that the caller has access to
   */
  public static Parameters of(
      Map<String, List<String>> values, Collection<String> accepted, Tenants allowed) {
    for (Map.Entry<String, List<String>> entry : values.entrySet()) {
      if (!accepted.contains(entry.getKey())) {
        throw new BadParameterException(
            "Parameter '%s' is unknown here: use %s."
                .formatted(
                    BadParameterException.quoted(entry.getKey()),
                    String.join(", ", new TreeSet<>(accepted))));
      }
      if (entry.getValue().stream().anyMatch(String::isEmpty)) {
        throw new BadParameterException(
            "Parameter '%s' is empty: give it a value or leave it out.".formatted(entry.getKey()));
      }
    }
    return new Parameters(values, allowed);
  }

  /**
   * The requested tenant, or all that the caller has access to.
   *
   * @throws UnknownTenantException when the caller has no access to it, whether it exists or not
   */
  public Tenants tenants() {
    Optional<String> tenant = one("tenant");
    if (tenant.isEmpty()) {
      return allowed;
    }
    if (!allowed.includes(tenant.get())) {
      throw new UnknownTenantException(tenant.get());
    }
    return Tenants.of(tenant.get());
  }

  /** The single value of a parameter. */
  public Optional<String> one(String name) {
    List<String> given = values.getOrDefault(name, List.of());
    if (given.size() > 1) {
      throw new BadParameterException(
          "Parameter '%s' is given %d times: give it once.".formatted(name, given.size()));
    }
    return given.stream().findFirst();
  }

  /**
   * Exact names, separated by commas, or the parameter repeated. A backslash quotes the next
   * character, so that {@code SELECT a\, b} is one name; with {@code u} and four hexadecimal digits
   * it is the character of that number, since URLs with most control characters are rejected.
   */
  public Set<String> names(String name) {
    return items(name).stream()
        .map(Parameters::unescaped)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The same, where {@code *} stands for all and {@code \*} for the name that is a star. */
  public Selection selection(String name) {
    Set<String> names = new LinkedHashSet<>();
    boolean all = false;
    for (String item : items(name)) {
      if (item.equals(Selection.ALL)) {
        all = true;
      } else {
        names.add(unescaped(item));
      }
    }
    return new Selection(names, all);
  }

  /** The same, as patterns for {@link io.tracetide.processor.rule.Glob#escaped}. */
  public Set<String> patterns(String name) {
    return items(name);
  }

  /** Keywords, separated by commas; spaces around them are ignored. */
  public Set<String> words(String name) {
    Set<String> words = new LinkedHashSet<>();
    for (String item : items(name)) {
      String word = item.strip();
      if (word.isEmpty()) {
        throw emptyName(name);
      }
      words.add(word);
    }
    return words;
  }

  /** The parts between the commas, with backslashes, but with numbered characters replaced. */
  private Set<String> items(String name) {
    Set<String> items = new LinkedHashSet<>();
    for (String given : values.getOrDefault(name, List.of())) {
      items.addAll(split(given));
    }
    if (items.size() > MOST_NAMES) {
      throw new BadParameterException(
          "Parameter '%s' has %d names: give %d at most, or leave it out for all."
              .formatted(name, items.size(), MOST_NAMES));
    }
    if (items.contains("")) {
      throw emptyName(name);
    }
    return items;
  }

  private static BadParameterException emptyName(String name) {
    return new BadParameterException(
        "Parameter '%s' has an empty name: use names separated by commas.".formatted(name));
  }

  /**
   * {@code timeRange}, or {@code from} with an optional {@code to}; absent when none of them is
   * given.
   */
  public Optional<TimeRange> range(Instant now) {
    Optional<String> length = one("timeRange");
    Optional<String> from = one("from");
    Optional<String> to = one("to");
    if (length.isPresent()) {
      if (from.isPresent() || to.isPresent()) {
        throw new BadParameterException(
            "Parameter 'timeRange' excludes 'from' and 'to': use one or the other.");
      }
      return Optional.of(TimeRange.last(rangeLength(length.get()), now));
    }
    if (from.isEmpty()) {
      if (to.isPresent()) {
        throw new BadParameterException(
            "Parameter 'to' needs 'from': give both, or timeRange such as 15m.");
      }
      return Optional.empty();
    }
    Instant start = instant("from", from.get());
    Instant end = to.isPresent() ? instant("to", to.get()) : now;
    if (!start.isBefore(end)) {
      throw BadParameterException.rejected(
          "from",
          from.get(),
          "it must be before "
              + to.map(text -> "to, " + BadParameterException.quoted(text)).orElse("now, " + now));
    }
    return Optional.of(new TimeRange(start, end));
  }

  /** {@code true} or {@code false}. */
  public Optional<Boolean> flag(String name) {
    return one(name)
        .map(
            text ->
                switch (text.toLowerCase(Locale.ROOT)) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw BadParameterException.rejected(name, text, "use true or false");
                });
  }

  public int integer(String name, int absent, int least, int most) {
    Optional<String> text = one(name);
    if (text.isEmpty()) {
      return absent;
    }
    if (WHOLE.matcher(text.get()).matches()) {
      int value = Integer.parseInt(text.get());
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw BadParameterException.rejected(
        name, text.get(), "use a whole number from %d to %d".formatted(least, most));
  }

  /** Names of enum constants in any case; empty when the parameter is absent. */
  public <E extends Enum<E>> Set<E> anyOf(String name, Class<E> type) {
    Set<E> found = EnumSet.noneOf(type);
    for (String text : words(name)) {
      E constant =
          Arrays.stream(type.getEnumConstants())
              .filter(candidate -> candidate.name().equalsIgnoreCase(text))
              .findFirst()
              .orElseThrow(
                  () ->
                      BadParameterException.rejected(
                          name,
                          text,
                          Arrays.stream(type.getEnumConstants())
                              .map(each -> each.name().toLowerCase(Locale.ROOT))
                              .collect(Collectors.joining(", ", "use one or more of ", ""))));
      found.add(constant);
    }
    return found;
  }

  /** A length such as 10s, 5m, 24h or 7d; absent when the text is not a length. */
  public static Optional<Duration> length(String text) {
    Matcher matcher = LENGTH.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  private static Duration rangeLength(String text) {
    return length(text)
        .filter(length -> !length.isZero() && length.compareTo(LONGEST) <= 0)
        .orElseThrow(() -> BadParameterException.rejected("timeRange", text, RANGE_ACCEPTED));
  }

  private static Instant instant(String name, String text) {
    try {
      // A '+' that was not percent-encoded arrives as a space.
      Instant instant = OffsetDateTime.parse(text.trim().replace(' ', '+')).toInstant();
      if (instant.isBefore(Instant.EPOCH) || instant.isAfter(LATEST)) {
        throw BadParameterException.rejected(name, text, INSTANT_ACCEPTED);
      }
      return instant;
    } catch (DateTimeException notATime) {
      throw BadParameterException.rejected(name, text, INSTANT_ACCEPTED);
    }
  }

  private static List<String> split(String text) {
    List<String> items = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',') {
        items.add(item.toString());
        item.setLength(0);
      } else if (c == '\\' && NUMBERED.matcher(text).region(i, text.length()).lookingAt()) {
        item.append('\\').append((char) Integer.parseInt(text, i + 2, i + 6, 16));
        i += 5;
      } else {
        item.append(c);
        if (c == '\\' && i + 1 < text.length()) {
          item.append(text.charAt(++i));
        }
      }
    }
    items.add(item.toString());
    return items;
  }

  private static String unescaped(String item) {
    StringBuilder name = new StringBuilder(item.length());
    for (int i = 0; i < item.length(); i++) {
      char c = item.charAt(i);
      name.append(c == '\\' && i + 1 < item.length() ? item.charAt(++i) : c);
    }
    return name.toString();
  }
}
