/** What a live query shows: its filter, its snapshot, and the items that a change makes of it. */
@NullMarked
package io.tracetide.processor.query.live.view;

import org.jspecify.annotations.NullMarked;
