/** How many alerts and silences are in each state, for the meters. */
@NullMarked
package io.tracetide.alert.count;

import org.jspecify.annotations.NullMarked;
