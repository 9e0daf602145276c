/** What was last delivered about each group of each receiver, shared by all instances. */
@NullMarked
package io.tracetide.alert.memory;

import org.jspecify.annotations.NullMarked;
