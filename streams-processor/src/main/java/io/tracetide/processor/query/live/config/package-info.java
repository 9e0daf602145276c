/** The settings of live queries. */
@NullMarked
package io.tracetide.processor.query.live.config;

import org.jspecify.annotations.NullMarked;
