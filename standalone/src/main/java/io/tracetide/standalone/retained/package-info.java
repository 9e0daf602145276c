/** Reads retained records of topics without a consumer group. */
@NullMarked
package io.tracetide.standalone.retained;

import org.jspecify.annotations.NullMarked;
