/** The settings of the query server, its JSON and the page it serves. */
@NullMarked
package io.tracetide.processor.query.http;

import org.jspecify.annotations.NullMarked;
