package io.tracetide.processor.query.live.view;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a client of a view has been shown and may have left its filter. Those are shown once more,
 * in the state in which they left. Bounded: the oldest are forgotten.
 */
final class ShownIds {
  private static final int MOST = 20_000;

  private final Set<Object> ids = new LinkedHashSet<>();

  void add(Object id) {
    if (ids.add(id) && ids.size() > MOST) {
      ids.remove(ids.iterator().next());
    }
  }

  /** Forgets it; false when it was not shown. */
  boolean remove(Object id) {
    return ids.remove(id);
  }
}
