package io.tracetide.gateway.record;

import io.tracetide.runtime.privacy.Findings;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.TextStats;
import io.tracetide.schemas.mapping.SafeText;
import io.tracetide.schemas.mapping.SpanText;

/**
 * Makes text from strangers safe to store and show: without personal data, cut at its limit on a
 * character boundary, and without characters that move cursors or text direction. Plain ASCII
 * within its limit that names nobody, nearly all there is, is returned as it came.
 */
public final class CleanText implements SpanText {

  private final EventLimits limits;
  private final Truncations adjustments;
  private final Masker masker;
  private final KnownTexts.Reading known;
  private final Findings findings;

  CleanText(
      EventLimits limits,
      Truncations adjustments,
      Masker masker,
      KnownTexts.Reading known,
      Findings findings) {
    this.limits = limits;
    this.adjustments = adjustments;
    this.masker = masker;
    this.known = known;
    this.findings = findings;
  }

  @Override
  public String name(String raw) {
    return clean(raw, limits.nameBytes(), false);
  }

  /** Name of a tag. */
  public String key(String raw) {
    return raw.length() <= limits.keyBytes() && masker.isPlainKey(raw)
        ? raw
        : clean(raw, limits.keyBytes(), false);
  }

  @Override
  public String value(String raw) {
    return clean(raw, limits.valueBytes(), true);
  }

  /** Value of the tag of that name; may have several lines. */
  public String value(String key, String raw) {
    int limit = limits.valueBytes();
    if (isHarmless(raw, limit) && !masker.isSecret(key)) {
      return raw;
    }
    long glance = TextStats.of(raw);
    return cleaned(raw, masker.value(key, raw, glance, limit, findings), glance, limit, true);
  }

  /** Value of a tag that tells series of measurements apart. */
  public String dimension(String key, String raw) {
    int limit = limits.valueBytes();
    if (isHarmless(raw, limit) && !masker.isSecret(key)) {
      return raw;
    }
    long glance = TextStats.of(raw);
    return cleaned(raw, masker.dimension(key, raw, glance, limit, findings), glance, limit, true);
  }

  /** Name of a process or host, which must stay different from others. */
  public String identity(String raw) {
    long glance = TextStats.of(raw);
    return cleaned(raw, masker.id(raw, findings), glance, limits.nameBytes(), false);
  }

  /** Identifier, never cut. */
  public String id(String raw) {
    return masker.id(raw, findings);
  }

  /** Whether what stands under this name is nobody's business; counts it as masked. */
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
    long glance = TextStats.of(raw);
    String masked = masker.suspects(glance, raw) ? masker.search(raw, maxBytes, findings) : raw;
    return cleaned(raw, masked, glance, maxBytes, lines);
  }

  private String cleaned(String raw, String masked, long glance, int maxBytes, boolean lines) {
    if (raw.length() > maxBytes && masked.length() <= maxBytes) {
      // What the masks saved is not filled up with what comes after the limit.
      adjustments.count(Truncation.TEXT_CUT);
    }
    return masked.length() <= maxBytes && TextStats.isPlain(glance)
        ? masked
        : rewrite(masked, maxBytes, lines);
  }

  private String rewrite(String raw, int maxBytes, boolean lines) {
    SafeText safe = SafeText.of(raw, maxBytes, lines);
    adjustments.count(Truncation.CHARACTER_REPLACED, safe.replaced());
    if (safe.cut()) {
      adjustments.count(Truncation.TEXT_CUT);
    }
    return safe.text();
  }
}
