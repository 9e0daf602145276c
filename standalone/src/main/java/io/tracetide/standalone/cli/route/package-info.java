/** Commands that show and test routes of alerts. */
@NullMarked
package io.tracetide.standalone.cli.route;

import org.jspecify.annotations.NullMarked;
