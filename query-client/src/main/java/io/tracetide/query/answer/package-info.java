/**
 * Answers of the query API as immutable values. Times are UTC, durations are in milliseconds
 * ({@code …Ms}), rates in events per second, shares in percent. A value that the processor does not
 * know is null. Words such as states and severities are texts, because later versions may have
 * more.
 */
@NullMarked
package io.tracetide.query.answer;

import org.jspecify.annotations.NullMarked;
