package io.tracetide.runtime.http;

import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.access.AccessRules;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * Whom a role lets in where its listener has tokens.
 *
 * @param rules what the role's own routes ask for; the listener's ({@code /livez}, {@code /readyz},
 *     {@code /metrics}, {@code /login}, {@code /logout}) are not asked about
 * @param pages whether there are pages for people, who sign in with a token
 * @param clock by which tokens expire
 * @param record takes what belongs on record
 */
public record Admission(
    AccessRules rules, boolean pages, Clock clock, Consumer<AccessEvent> record) {}
