package io.tracetide.query.answer;

import java.util.List;

/** What every answer has in common. */
public interface QueryAnswer {

  /** Whether data of instances that did not respond are missing. */
  boolean partial();

  /** Host and port of these instances. */
  List<String> missing();
}
