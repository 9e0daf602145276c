package io.tracetide.runtime.privacy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts a mask in the place of personal data: {@code mail jane@example.com} becomes {@code mail
 * [email]}, or {@code mail [email:5d41402abc4b]} with a key for pseudonyms. Equal text is masked
 * equally, and a masked text again is itself.
 *
 * <p>It sees single texts, not what they mean: names, addresses and birthdays are not found.
 * Thread-safe.
 */
public final class Masker {

  /** How far behind the end of a cut text one must read to know what stands at the cut. */
  public static final int REACH = PersonalData.REACH;

  private static final int KNOWN_KEYS = 1_024;
  private static final int LONGEST_KNOWN_KEY = 128;

  private final PersonalData data;
  private final SecretKeys secretKeys;
  private final Set<String> exemptKeys;

  /**
   * Written and read by all threads as they come: a rule is immutable, and a lost one is made anew.
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

  /** Names of all classes, those switched off included. */
  public List<String> classes() {
    return data.classes();
  }

  /** An empty record of what is found. */
  public Findings findings() {
    return new Findings(classes());
  }

  /** The text with masks in it; the same object when there is nothing to mask. */
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
   * Masks what begins within the first {@code limit} characters, and leaves out what comes after
   * them. What stands at the cut is recognised if {@link #REACH} more characters are there.
   */
  public String mask(String text, int limit, @Nullable Findings findings) {
    return suspects(TextStats.of(text), text) ? search(text, limit, findings) : text;
  }

  /** The same for a text that was seen to be suspicious. */
  public String search(String text, int limit, @Nullable Findings findings) {
    return data.mask(text, limit, findings, true, false);
  }

  /** Value of a tag: masked as a whole when its key says so. */
  public String value(String key, String text, int limit, @Nullable Findings findings) {
    return value(key, text, TextStats.of(text), limit, findings);
  }

  /** The same for a text that was looked at. */
  public String value(
      String key, String text, long glance, int limit, @Nullable Findings findings) {
    return value(key, text, glance, limit, findings, false);
  }

  /**
   * The same for a tag that distinguishes series of measurements, with pseudonyms as in {@link
   * #id}: two series must not become one, or their totals would be read as one total that jumps.
   */
  public String dimension(
      String key, String text, long glance, int limit, @Nullable Findings findings) {
    return value(key, text, glance, limit, findings, true);
  }

  private String value(
      String key,
      String text,
      long glance,
      int limit,
      @Nullable Findings findings,
      boolean pseudonyms) {
    KeyRule rule = rule(key);
    if (rule.secret()) {
      return secret(text, findings);
    }
    if (rule.exempt() || !suspects(glance, text)) {
      return text;
    }
    return data.mask(text, limit, findings, !rule.version(), pseudonyms);
  }

  /**
   * An id with pseudonyms in it, with or without a key of one's own: different ids must stay
   * different.
   */
  public String id(String text, @Nullable Findings findings) {
    return suspects(TextStats.of(text), text)
        ? data.mask(text, Integer.MAX_VALUE, findings, true, true)
        : text;
  }

  /** Whether the value under this key is always masked; then it counts as found. */
  public boolean hides(String key, Findings findings) {
    boolean hidden = rule(key).secret();
    if (hidden) {
      findings.add(PersonalData.SECRET);
    }
    return hidden;
  }

  /** The same, without counting. */
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

  /** Four numbers with dots are a version where the key says so. */
  private static boolean isVersion(String key) {
    return key.regionMatches(true, key.length() - "version".length(), "version", 0, 7);
  }

  /** Keys repeat from span to span, so what is known of the last ones is kept. */
  private KeyRule rule(String key) {
    int slot = key.hashCode() & (KNOWN_KEYS - 1);
    KeyRule known = rules[slot];
    if (known != null && known.key().equals(key)) {
      return known;
    }
    long glance = TextStats.of(key);
    KeyRule rule =
        new KeyRule(
            key,
            TextStats.isPlain(glance) && !suspects(glance, key),
            secretKeys.contains(key),
            exemptKeys.contains(key),
            isVersion(key));
    if (key.length() <= LONGEST_KNOWN_KEY) {
      rules[slot] = rule;
    }
    return rule;
  }

  /** Whether the name of a tag is plain ASCII without personal data. */
  public boolean isPlainKey(String key) {
    return rule(key).plain();
  }

  /** Whether a text of which this was seen needs to be searched. */
  public boolean suspects(long glance, String text) {
    return data.isPossibleIn(text, glance);
  }
}
