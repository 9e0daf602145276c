package io.tracetide.processor.query.request;

import java.util.Set;

/**
 * Names that a caller listed.
 *
 * @param names the exact names; the series with the name {@code *} has that name here
 * @param all whether {@code *} was listed, too, which is not a name
 */
public record Selection(Set<String> names, boolean all) {
  /** Stands for all. */
  public static final String ALL = "*";

  /** The empty list. */
  public static final Selection NOTHING = new Selection(Set.of(), false);

  public Selection {
    names = Set.copyOf(names);
  }

  public boolean isEmpty() {
    return names.isEmpty() && !all;
  }

  /** Whether it lists {@code *} and the name {@code *}, which look alike in an answer. */
  public boolean isAmbiguous() {
    return all && names.contains(ALL);
  }
}
