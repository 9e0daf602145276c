package io.tracetide.gateway.record;

import io.tracetide.runtime.privacy.Findings;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.TextStats;
import io.tracetide.schemas.mapping.SafeText;
import io.tracetide.schemas.mapping.SpanText;

/**
 * Makes untrusted text safe to store and display: masks personal data, cuts at a limit on a
 * character boundary, and replaces characters that control cursors or text direction. Plain ASCII
 * within its limit and without personal data, which is nearly all text, is returned unchanged.
 */
public final class CleanText implements SpanText {

  private final EventLimits limits;
  private final Truncations truncations;
  private final Masker masker;
  private final KnownTexts.Reading known;
  private final Findings findings;

  CleanText(
      EventLimits limits,
      Truncations truncations,
      Masker masker,
      KnownTexts.Reading known,
      Findings findings) {
    this.limits = limits;
    this.truncations = truncations;
    this.masker = masker;
    this.known = known;
    this.findings = findings;
  }

  @Override
  public String name(String raw) {
    return clean(raw, limits.nameBytes(), false);
  }

  /** Key of a tag. */
  public String key(String raw) {
    return raw.length() <= limits.keyBytes() && masker.isPlainKey(raw)
        ? raw
        : clean(raw, limits.keyBytes(), false);
  }

  @Override
  public String value(String raw) {
    return clean(raw, limits.valueBytes(), true);
  }

  /** Value of a tag with that key; may have several lines. */
  public String value(String key, String raw) {
    int limit = limits.valueBytes();
    if (isHarmless(raw, limit) && !masker.isSecret(key)) {
      return raw;
    }
    long stats = TextStats.of(raw);
    return cleaned(raw, masker.value(key, raw, stats, limit, findings), stats, limit, true);
  }

  /** Value of a tag that identifies a series of a metric. */
  public String dimension(String key, String raw) {
    int limit = limits.valueBytes();
    if (isHarmless(raw, limit) && !masker.isSecret(key)) {
      return raw;
    }
    long stats = TextStats.of(raw);
    return cleaned(raw, masker.dimension(key, raw, stats, limit, findings), stats, limit, true);
  }

  /** Name of a process or host: different names stay different. */
  public String identity(String raw) {
    long stats = TextStats.of(raw);
    return cleaned(raw, masker.id(raw, findings), stats, limits.nameBytes(), false);
  }

  /** Identifier; never cut. */
  public String id(String raw) {
    return masker.id(raw, findings);
  }

  /** Whether the value of this key is a secret; then counts it as masked. */
  public boolean hides(String key) {
    return masker.hides(key, findings);
  }

  @Override
  public String stack(String raw) {
    return clean(raw, limits.stackBytes(), true);
  }

  private boolean isHarmless(String raw, int maxBytes) {
    return raw.length() <= maxBytes && known.isHarmless(raw);
  }

  private String clean(String raw, int maxBytes, boolean lines) {
    if (isHarmless(raw, maxBytes)) {
      return raw;
    }
    long stats = TextStats.of(raw);
    String masked = masker.suspects(stats, raw) ? masker.search(raw, maxBytes, findings) : raw;
    return cleaned(raw, masked, stats, maxBytes, lines);
  }

  private String cleaned(String raw, String masked, long stats, int maxBytes, boolean lines) {
    if (raw.length() > maxBytes && masked.length() <= maxBytes) {
      // The masked text is shorter than the limit, but was cut there before masking.
      truncations.count(Truncation.TEXT_CUT);
    }
    return masked.length() <= maxBytes && TextStats.isPlain(stats)
        ? masked
        : rewrite(masked, maxBytes, lines);
  }

  private String rewrite(String raw, int maxBytes, boolean lines) {
    SafeText safe = SafeText.of(raw, maxBytes, lines);
    truncations.count(Truncation.CHARACTER_REPLACED, safe.replaced());
    if (safe.cut()) {
      truncations.count(Truncation.TEXT_CUT);
    }
    return safe.text();
  }
}
