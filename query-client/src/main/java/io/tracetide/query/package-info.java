/**
 * A typed client of the query API of a processor, and of its live queries. Start with {@link
 * io.tracetide.query.TracetideQueries}.
 */
@NullMarked
package io.tracetide.query;

import org.jspecify.annotations.NullMarked;
