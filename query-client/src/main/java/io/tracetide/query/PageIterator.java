package io.tracetide.query;

import io.tracetide.query.answer.TracePage;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Follows the cursors of pages. */
final class PageIterator implements Iterator<TracePage> {
  private final Function<Query, TracePage> pages;
  private @Nullable Query next;

  PageIterator(Function<Query, TracePage> pages, Query first) {
    this.pages = pages;
    this.next = first;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public TracePage next() {
    Query query = next;
    if (query == null) {
      throw new NoSuchElementException();
    }
    TracePage page = pages.apply(query);
    String cursor = page.cursor();
    next = cursor == null ? null : query.cursor(cursor);
    return page;
  }
}
