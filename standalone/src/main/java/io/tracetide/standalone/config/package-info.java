/** The one configuration of all roles: its defaults, its file, and where things are in this run. */
@NullMarked
package io.tracetide.standalone.config;

import org.jspecify.annotations.NullMarked;
