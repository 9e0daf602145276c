package io.tracetide.query.answer;

import org.jspecify.annotations.Nullable;

/** Ids of example traces; null where there is none. */
public record Exemplars(
    @Nullable String slowest, @Nullable String error, @Nullable String typical) {}
