package io.tracetide.runtime.access;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The tenants that a caller may read: all, or some by name.
 *
 * @param isAll whether every tenant is meant; then there are no names
 * @param names in order; when empty and not all, no tenant
 */
public record Tenants(boolean isAll, SortedSet<String> names) {
  /** Stands for all tenants in the list of a token. */
  public static final String WILDCARD = "*";

  public static final Tenants ALL = new Tenants(true, Collections.emptySortedSet());

  public Tenants {
    names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    if (isAll && !names.isEmpty()) {
      throw new IllegalArgumentException("all tenants need no names, got " + names);
    }
  }

  public static Tenants of(Set<String> names) {
    return new Tenants(false, new TreeSet<>(names));
  }

  public static Tenants of(String... names) {
    return of(Set.of(names));
  }

  public boolean includes(String tenant) {
    return isAll || names.contains(tenant);
  }
}
