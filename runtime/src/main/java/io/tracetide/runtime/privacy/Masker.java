package io.tracetide.runtime.privacy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces personal data in texts by masks: {@code mail jane@example.com} becomes {@code mail
 * [email]}, or {@code mail [email:5d41402abc4b]} with a key for pseudonyms. Equal texts get equal
 * masks, and masking is idempotent.
 *
 * <p>Data is recognised by its form only: names, addresses and dates of birth are not found.
 * Thread-safe.
 */
public final class Masker {

  /** Characters behind a cut that are needed to recognise personal data at the cut. */
  public static final int REACH = PersonalData.REACH;

  private static final int KNOWN_KEYS = 1_024;
  private static final int LONGEST_KNOWN_KEY = 128;
  private static final int SPAN_ID_DIGITS = 16;
  private static final int TRACE_ID_DIGITS = 32;
  private static final Pattern TRACE_CONTEXT_KEY =
      Pattern.compile("(?:trace|span|parent)[._-]?id$", Pattern.CASE_INSENSITIVE);

  private final PersonalData data;
  private final SecretKeys secretKeys;
  private final Set<String> exemptKeys;

  /**
   * Cache without locks: a rule is immutable, and one that another thread overwrites is recreated.
   */
  private final @Nullable KeyRule[] rules = new KeyRule[KNOWN_KEYS];

  private Masker(PrivacyConfig config) {
    this.data = new PersonalData(config);
    this.secretKeys = new SecretKeys(config.secretKeys());
    this.exemptKeys = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    this.exemptKeys.addAll(config.exemptKeys());
  }

  public static Masker of(PrivacyConfig config) {
    return new Masker(config);
  }

  /** Names of all classes of personal data, including those that are switched off. */
  public List<String> classes() {
    return data.classes();
  }

  /** Empty counts of findings. */
  public Findings findings() {
    return new Findings(classes());
  }

  /** Masks a text; returns the same object when there is nothing to mask. */
  public String mask(String text) {
    return mask(text, Integer.MAX_VALUE, null);
  }

  /** The same for every value and key of a map; the same object when there is nothing to mask. */
  public Map<String, String> mask(Map<String, String> texts) {
    Map<String, String> masked = null;
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      String key = mask(entry.getKey());
      String value = value(entry.getKey(), entry.getValue(), Integer.MAX_VALUE, null);
      boolean same = key.equals(entry.getKey()) && value.equals(entry.getValue());
      if (!same && masked == null) {
        masked = new LinkedHashMap<>(texts);
      }
      if (!same && masked != null) {
        masked.remove(entry.getKey());
        masked.put(key, value);
      }
    }
    return masked == null ? texts : masked;
  }

  /**
   * Masks a text and cuts it to {@code limit} characters. Data at the cut is recognised if the text
   * has {@link #REACH} more characters.
   */
  public String mask(String text, int limit, @Nullable Findings findings) {
    return suspects(TextStats.of(text), text) ? search(text, limit, findings) : text;
  }

  /** The same for a text for which {@link #suspects} is true. */
  public String search(String text, int limit, @Nullable Findings findings) {
    return data.mask(text, limit, findings, true, false);
  }

  /** Masks the value of a tag, as a whole when its key is one of secrets. */
  public String value(String key, String text, int limit, @Nullable Findings findings) {
    return value(key, text, TextStats.of(text), limit, findings);
  }

  /** The same for a text with known {@link TextStats}. */
  public String value(String key, String text, long stats, int limit, @Nullable Findings findings) {
    return value(key, text, stats, limit, findings, false);
  }

  /**
   * The same for a tag that distinguishes series of measurements, with pseudonyms as in {@link
   * #id}: two series must not become one, or their totals would be read as one total that jumps.
   */
  public String dimension(
      String key, String text, long stats, int limit, @Nullable Findings findings) {
    return value(key, text, stats, limit, findings, true);
  }

  private String value(
      String key,
      String text,
      long stats,
      int limit,
      @Nullable Findings findings,
      boolean pseudonyms) {
    KeyRule rule = rule(key);
    if (rule.secret()) {
      return secret(text, findings);
    }
    if (rule.exempt()
        || !suspects(stats, text)
        || (rule.traceContext() && isTraceContextId(text))) {
      return text;
    }
    return data.mask(text, limit, findings, !rule.version(), pseudonyms);
  }

  /**
   * Masks an id with pseudonyms, also without a configured key: different ids must stay different.
   * Ids in the form of OpenTelemetry and Zipkin are random numbers, of which some pass the check of
   * card numbers; they are not masked.
   */
  public String id(String text, @Nullable Findings findings) {
    return suspects(TextStats.of(text), text) && !isTraceContextId(text)
        ? data.mask(text, Integer.MAX_VALUE, findings, true, true)
        : text;
  }

  /** Whether values of this key are always masked; if so, counts a finding. */
  public boolean hides(String key, Findings findings) {
    boolean hidden = rule(key).secret();
    if (hidden) {
      findings.add(PersonalData.SECRET);
    }
    return hidden;
  }

  /** Whether values of this key are always masked. */
  public boolean isSecret(String key) {
    return rule(key).secret();
  }

  private static String secret(String text, @Nullable Findings findings) {
    if (text.isEmpty()) {
      return text;
    }
    if (findings != null) {
      findings.add(PersonalData.SECRET);
    }
    return "[secret]";
  }

  /** Whether it has the form of a span id or trace id: 16 or 32 lower-case hex digits. */
  private static boolean isTraceContextId(String text) {
    if (text.length() != SPAN_ID_DIGITS && text.length() != TRACE_ID_DIGITS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Values of such keys are ids of traces and spans: {@code trace_id}, {@code link.spanId}. */
  private static boolean isTraceContext(String key) {
    return TRACE_CONTEXT_KEY.matcher(key).find();
  }

  /** Values of such keys may be four numbers with dots, which are no IP address. */
  private static boolean isVersion(String key) {
    return key.regionMatches(true, key.length() - "version".length(), "version", 0, 7);
  }

  /** Keys repeat from span to span, so the rules of recent keys are cached. */
  private KeyRule rule(String key) {
    int slot = key.hashCode() & (KNOWN_KEYS - 1);
    KeyRule known = rules[slot];
    if (known != null && known.key().equals(key)) {
      return known;
    }
    long stats = TextStats.of(key);
    KeyRule rule =
        new KeyRule(
            key,
            TextStats.isPlain(stats) && !suspects(stats, key),
            secretKeys.contains(key),
            exemptKeys.contains(key),
            isVersion(key),
            isTraceContext(key));
    if (key.length() <= LONGEST_KNOWN_KEY) {
      rules[slot] = rule;
    }
    return rule;
  }

  /** Whether the name of a tag is plain ASCII without personal data. */
  public boolean isPlainKey(String key) {
    return rule(key).plain();
  }

  /** Whether a text with these {@link TextStats} may contain personal data. */
  public boolean suspects(long stats, String text) {
    return data.isPossibleIn(text, stats);
  }
}
