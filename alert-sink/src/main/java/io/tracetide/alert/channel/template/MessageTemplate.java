package io.tracetide.alert.channel.template;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.MustacheParseException;
import com.samskivert.mustache.Template;
import io.tracetide.alert.channel.TemplateFailures;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.config.Checks;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A Mustache template of an operator for a text of a channel.
 *
 * <p>Names are those of {@link MessageView}. Every value is escaped for the format of the channel,
 * in triple braces too, because all values may contain text of the services under observation. Tags
 * in values have no effect. A name that a message does not have is a configuration error; a label
 * or an annotation that an alert does not have is an empty text. {@code
 * {{#labels.entrySet}}{{key}}={{value}}{{/labels.entrySet}}} lists all labels.
 *
 * <p>A text that becomes too long, and any other failure, is reported, and the channel sends its
 * built-in text.
 */
public final class MessageTemplate {
  /** Longest rendered text, in characters, where the channel has no other limit. */
  public static final int MAX_CHARACTERS = 64 << 10;

  private final String name;
  private final Template template;
  private final int limit;

  private MessageTemplate(String name, Template template, int limit) {
    this.name = name;
    this.template = template;
    this.limit = limit;
  }

  /**
   * Parses a template whose text {@link #problem} accepts.
   *
   * @param name for reports of failures: the key in the configuration
   * @param escape makes a value safe for the format of the rendered text
   * @throws IllegalArgumentException if the template is invalid
   */
  public static MessageTemplate parse(String name, String text, UnaryOperator<String> escape) {
    return parse(name, text, escape, MAX_CHARACTERS);
  }

  /**
   * Parses a template whose rendered text has a limit of its own.
   *
   * @param limit longest rendered text, in characters
   * @throws IllegalArgumentException if the template is invalid
   */
  public static MessageTemplate parse(
      String name, String text, UnaryOperator<String> escape, int limit) {
    problem(text)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(name + ": " + problem);
            });
    return new MessageTemplate(name, compile(text, escape), limit);
  }

  /** Parses a template if there is one. */
  public static Optional<MessageTemplate> parseIfPresent(
      String name, String text, UnaryOperator<String> escape) {
    return text.isEmpty() ? Optional.empty() : Optional.of(parse(name, text, escape));
  }

  /** Why a text is not a valid template, for a check of the configuration; empty when it is. */
  public static Optional<String> problem(String text) {
    try {
      TemplateNames names = new TemplateNames();
      compile(text, UnaryOperator.identity()).visit(names);
      return names.problem();
    } catch (MustacheParseException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (MustacheException | UnsupportedOperationException e) {
      return Optional.of("not a Mustache template");
    }
  }

  /** Adds the problem of a template, if it has one, to the checks of a configuration record. */
  public static Checks check(String key, String text, Checks checks) {
    return checks.that(
        problem(text).isEmpty(), key, "", "a valid template: " + problem(text).orElse(""));
  }

  /** The rendered text; empty after a failure, which is reported without data of alerts. */
  public Optional<String> render(AlertMessage message, TemplateFailures failures) {
    BoundedText text = new BoundedText(limit);
    try {
      template.execute(MessageView.of(message), text);
      return Optional.of(text.toString());
    } catch (MustacheException e) {
      failures.report(
          name,
          e.getCause() instanceof BoundedText.Full
              ? "the text would have more than " + limit + " characters"
              : "the template cannot be rendered");
      return Optional.empty();
    }
  }

  /**
   * The escaper is applied by the formatter, because Mustache omits its own one for triple braces.
   */
  private static Template compile(String text, UnaryOperator<String> escape) {
    return Mustache.compiler()
        .escapeHTML(false)
        .defaultValue("")
        .emptyStringIsFalse(true)
        .zeroIsFalse(true)
        .withCollector(new Maps())
        .withFormatter(value -> escape.apply(String.valueOf(value)))
        .compile(text);
  }

  /** Reads maps, their entries and lists, without the reflection of Mustache's default. */
  private static final class Maps extends BasicCollector {
    @Override
    public Mustache.@Nullable VariableFetcher createFetcher(Object context, String name) {
      if (context instanceof Map.Entry && name.equals("key")) {
        return (entry, key) -> ((Map.Entry<?, ?>) entry).getKey();
      }
      if (context instanceof Map.Entry && name.equals("value")) {
        return (entry, key) -> ((Map.Entry<?, ?>) entry).getValue();
      }
      return super.createFetcher(context, name);
    }

    @Override
    public <K, V> Map<K, V> createFetcherCache() {
      return new ConcurrentHashMap<>();
    }
  }
}
