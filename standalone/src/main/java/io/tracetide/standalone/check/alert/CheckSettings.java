package io.tracetide.standalone.check.alert;

import java.time.Duration;

/**
 * What is done in the checks.
 *
 * @param kills number of kills
 * @param instances instances of the sink: 1 or 2
 * @param freeze how long one of two instances is frozen; zero for not at all
 * @param seed of all random numbers
 * @param storm alerts of the storm, within 10 s
 * @param held alerts that are held at the same time
 */
public record CheckSettings(
    int kills, int instances, Duration freeze, long seed, int storm, int held) {}
