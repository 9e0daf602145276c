package io.tracetide.runtime.http;

import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.access.AccessRules;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * The access rules of a role whose listener has tokens.
 *
 * @param rules what the role's own routes require; not called for the listener's ({@code /livez},
 *     {@code /readyz}, {@code /metrics}, {@code /login}, {@code /logout})
 * @param pages whether there are pages for people, who sign in with a token
 * @param clock by which tokens expire
 * @param record receives events for the audit trail
 */
public record Admission(
    AccessRules rules, boolean pages, Clock clock, Consumer<AccessEvent> record) {}
