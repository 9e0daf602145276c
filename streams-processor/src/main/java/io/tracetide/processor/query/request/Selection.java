package io.tracetide.processor.query.request;

import java.util.Set;

/**
 * Names that a caller listed.
 *
 * @param names as they are; what is counted under {@code *} has that name here
 * @param all whether {@code *} was listed, too, which is no name
 */
public record Selection(Set<String> names, boolean all) {
  /** Stands for all. */
  public static final String ALL = "*";

  /** What is meant where nothing is listed. */
  public static final Selection NOTHING = new Selection(Set.of(), false);

  public Selection {
    names = Set.copyOf(names);
  }

  public boolean isEmpty() {
    return names.isEmpty() && !all;
  }

  /**
   * Whether it lists {@code *} and a name that is written alike, which no answer could tell apart.
   */
  public boolean isAmbiguous() {
    return all && names.contains(ALL);
  }
}
