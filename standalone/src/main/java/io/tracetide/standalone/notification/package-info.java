/** Outcomes of notifications and their dead letters, for the command line. */
@NullMarked
package io.tracetide.standalone.notification;

import org.jspecify.annotations.NullMarked;
