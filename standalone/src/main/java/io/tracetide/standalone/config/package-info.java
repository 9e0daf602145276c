/**
 * The configuration of all roles: its defaults, its file, and the ports and directories of a run.
 */
@NullMarked
package io.tracetide.standalone.config;

import org.jspecify.annotations.NullMarked;
