package io.tracetide.query;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Follows the cursors of pages, each requested when it is reached. */
final class PageIterator<P> implements Iterator<P> {
  private final Function<Query, P> pages;
  private final Function<P, @Nullable String> cursor;
  private @Nullable Query next;

  /**
   * Pages from the first one on.
   *
   * @param cursor start of the page after a page; null after the last one
   */
  PageIterator(Function<Query, P> pages, Function<P, @Nullable String> cursor, Query first) {
    this.pages = pages;
    this.cursor = cursor;
    this.next = first;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public P next() {
    Query query = next;
    if (query == null) {
      throw new NoSuchElementException();
    }
    P page = pages.apply(query);
    String after = cursor.apply(page);
    next = after == null ? null : query.cursor(after);
    return page;
  }
}
